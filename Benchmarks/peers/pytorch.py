"""Plain PyTorch: at each point the weights are set and the whole network runs on all samples."""

import torch

import workloads


def network(widths, activation):
    f = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[activation]
    layers = []
    for m, n in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(m, n), f()]
    return torch.nn.Sequential(*layers[:-1])


def surface(name, points):
    x, y, activation, c, u, v, axis = workloads.make(name)
    model = network(workloads.WORKLOADS[name][0], activation)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    flat = [[torch.from_numpy(t) for layer in w for t in layer] for w in (c, u, v)]
    loss = torch.nn.CrossEntropyLoss()

    @torch.no_grad()
    def run():
        results = []
        for k in range(points):
            alpha, beta = float(axis[k % len(axis)]), float(axis[k // len(axis) % len(axis)])
            for p, a, b, d in zip(model.parameters(), *flat):
                p.copy_(a + alpha * b + beta * d)
            results.append(loss(model(x), y).item())
        return results

    return points / workloads.best(run)


def product(name):
    """Hessian-vector products a second, by differentiating the gradient, in Float32 and Float64."""
    rates = []
    for dtype in (torch.float32, torch.float64):
        x, y, activation, c, u, _, _ = workloads.make(name)
        model = network(workloads.WORKLOADS[name][0], activation).to(dtype)
        x, y = torch.from_numpy(x).to(dtype), torch.from_numpy(y)
        vector = [torch.from_numpy(t).to(dtype) for layer in u for t in layer]
        parameters = list(model.parameters())
        value = torch.nn.functional.cross_entropy(model(x), y)
        gradient = torch.autograd.grad(value, parameters, create_graph=True)

        def run():
            torch.autograd.grad(gradient, parameters, vector, retain_graph=True)

        rates.append(1 / workloads.best(run))
    return rates


if __name__ == "__main__":
    print("framework PyTorch", torch.__version__, "threads", torch.get_num_threads())
    for name, points in [("W1", 1000), ("W2", 1000), ("W3", 30)]:
        print("surface", name, surface(name, points))
    for name in ("W2", "W3"):
        for kind, rate in zip(("float32", "float64"), product(name)):
            print("product", name, kind, rate)
