import numpy as np, torch
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2)).double()
x, y = torch.randn(64, 2).double(), torch.randint(2, (64,))
c = torch.nn.utils.parameters_to_vector(net.parameters()).detach()
u, v = torch.randn(2, len(c)).double()
u, v = u * c.norm() / u.norm(), v * c.norm() / v.norm()
def loss(w):
    torch.nn.utils.vector_to_parameters(w, net.parameters())
    return torch.nn.functional.cross_entropy(net(x), y).item()
alphas, betas = np.linspace(-1, 1, 7), np.linspace(-1, 1, 5)
base = [[loss(c + a * u + b * v) for a in alphas] for b in betas]    # rows are betas
penalty = [c @ c, 2 * c @ u, 2 * c @ v, u @ u, 2 * u @ v, v @ v]     # over what is decayed
np.savez("surface.npz", alphas=alphas, betas=betas, base=base, penalty=penalty)
