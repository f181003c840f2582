"""Makes the cases of this folder by PyTorch, Float64: python make.py <folder>."""
import torch, numpy as np, sys
from torch import nn
torch.manual_seed(3); torch.set_default_dtype(torch.float64)
out = sys.argv[1]

class Transformer(nn.Module):
    def __init__(s):
        super().__init__()
        s.m = nn.ModuleDict({'0': nn.Embedding(7, 4), '1': nn.Embedding(5, 4), '3': nn.MultiheadAttention(4, 2, batch_first=True),
            '5': nn.LayerNorm(4), '7': nn.Linear(4, 6), '9': nn.Linear(6, 4), '11': nn.LayerNorm(4), '13': nn.Linear(4, 3)})
    def forward(s, x):
        m = s.m; h = m['0'](x.long()) + m['1'].weight
        h = m['5'](h + m['3'](h, h, h, need_weights=True)[0])
        h = m['11'](h + m['9'](torch.nn.functional.gelu(m['7'](h))))
        return m['13'](h.mean(1))
class Causal(nn.Module):
    def __init__(s):
        super().__init__(); s.m = nn.ModuleDict({'0': nn.Linear(3, 4), '1': nn.MultiheadAttention(4, 1, batch_first=True), '3': nn.Linear(16, 3)})
    def forward(s, x):
        m = s.m; h = m['0'](x); mask = nn.Transformer.generate_square_subsequent_mask(4).double()
        return m['3'](m['1'](h, h, h, attn_mask=mask, need_weights=True)[0].flatten(1))
class Batch(nn.Module):
    def __init__(s, train):
        super().__init__(); s.tr = train
        s.m = nn.ModuleDict({'0': nn.Linear(4, 6), '1': nn.BatchNorm1d(6), '3': nn.Linear(6, 6), '5': nn.BatchNorm1d(2), '7': nn.Linear(6, 3)})
    def forward(s, x):
        m = s.m; m.train(s.tr)
        h = torch.tanh(m['1'](m['0'](x)))
        h = m['3'](h).reshape(-1, 2, 3)
        return m['7'](torch.nn.functional.silu(m['5'](h)).flatten(1))
class Groups(nn.Module):
    def __init__(s):
        super().__init__(); s.m = nn.ModuleDict({'0': nn.Linear(4, 12), '2': nn.GroupNorm(2, 4), '3': nn.Linear(3, 5), '5': nn.GroupNorm(4, 4), '6': nn.Linear(20, 3)})
    def forward(s, x):
        m = s.m; h = m['2'](m['0'](x).reshape(-1, 4, 3)); h = torch.tanh(m['3'](h))
        return m['6'](m['5'](h).flatten(1))

def case(name, net, x, y, n=None):
    for k, p in net.named_parameters():
        p.data = torch.randn_like(p) * (0.5 if p.dim() > 1 else 0.3) + (1 if ('norm' in k) else 0)
    for mod in net.modules():
        if isinstance(mod, nn.BatchNorm1d):
            mod.running_mean = torch.randn(mod.num_features); mod.running_var = torch.rand(mod.num_features) + 0.5
    d = {'x': x.numpy(), 'y': y.numpy()}
    for mod_name, mod in net.named_modules():
        if isinstance(mod, nn.BatchNorm1d):
            key = mod_name[2:]
            d[f'w:{key}.running_mean'] = mod.running_mean.numpy().copy(); d[f'w:{key}.running_var'] = mod.running_var.numpy().copy()
    ps = dict(net.named_parameters())
    loss = torch.nn.functional.cross_entropy(net(x), y)
    gs = torch.autograd.grad(loss, list(ps.values()), create_graph=True)
    vs = [torch.randn_like(p) for p in ps.values()]
    hv = torch.autograd.grad(sum((g * v).sum() for g, v in zip(gs, vs)), list(ps.values()))
    d['loss'] = np.array(loss.item())
    for (k, p), g, v, h in zip(ps.items(), gs, vs, hv):
        k = k[2:]
        for pre, t in (('w', p), ('g', g), ('v', v), ('h', h)): d[f'{pre}:{k}'] = t.detach().numpy()
    np.savez(f'{out}/{name}.npz', **d); print(name, loss.item(), list(ps))

y = torch.randint(0, 3, (20,)); y[:3] = torch.tensor([0, 1, 2])
tokens = torch.randint(0, 7, (20, 5)).double()
case('transformer', Transformer(), tokens, y)
case('causal', Causal(), torch.randn(20, 4, 3), y)
x = torch.randn(20, 4)
case('batchnorm-data', Batch(True), x, y)
case('batchnorm-running', Batch(False), x, y)
case('groupnorm', Groups(), x, y)
# functions
x = torch.linspace(-4, 4, 33)
F = torch.nn.functional
fs = {'exp': torch.exp, 'square': torch.square, 'erf': torch.erf, 'sin': torch.sin, 'cos': torch.cos, 'abs': torch.abs, 'hardsigmoid': F.hardsigmoid,
      'hardswish': F.hardswish, 'softsign': F.softsign, 'mish': F.mish, 'selu': F.selu, 'celu': lambda t: F.celu(t, 0.7), 'relu6': F.relu6, 'hardtanh': F.hardtanh,
      'cube': lambda t: t**3}
np.savez(f'{out}/functions.npz', x=x.numpy(), **{k: f(x).numpy() for k, f in fs.items()})
