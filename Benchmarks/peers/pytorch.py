"""Plain PyTorch: at each point the weights are set and the whole network runs on all samples.

For the convolutions of W4 there is a tuned form, too: without autograd's bookkeeping, samples in chunks
that stay in the cache, channels last, and one process a core, each with rows of its own.
"""

import os

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


class Residual(torch.nn.Module):
    """W4: a convolution, two residual blocks, mean pooling and a dense layer."""

    def __init__(self, channels=8, size=28):
        super().__init__()
        self.convolutions = torch.nn.ModuleList(
            torch.nn.Conv2d(1 if k == 0 else channels, channels, 3, padding=1) for k in range(5)
        )
        self.dense = torch.nn.Linear(channels * (size // 2) ** 2, 10)

    def forward(self, x):
        relu = torch.nn.functional.relu
        c = self.convolutions
        x = relu(c[0](x))
        for k in (1, 3):
            x = relu(c[k + 1](relu(c[k](x))) + x)
        return self.dense(torch.nn.functional.avg_pool2d(x, 2).flatten(1))


def residual(points, chunk=None, channels_last=False):
    """Seconds for some points of W4; with `chunk` so many samples at a time."""
    x, y, c, u, v, axis = workloads.make_residual()
    model = Residual()
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    if channels_last:
        model, x = (t.to(memory_format=torch.channels_last) for t in (model, x))
    flat = [[torch.from_numpy(t) for t in w] for w in (c, u, v)]
    parts = list(zip(x.split(chunk or len(x)), y.split(chunk or len(x))))

    @torch.inference_mode()
    def run():
        for k in range(points):
            alpha, beta = float(axis[k % len(axis)]), float(axis[k // len(axis) % len(axis)])
            for p, a, b, d in zip(model.parameters(), *flat):
                p.copy_(a + alpha * b + beta * d)
            sum(
                torch.nn.functional.cross_entropy(model(x), y, reduction="sum").item()
                for x, y in parts
            )

    return workloads.best(run)


def residual_process(points, chunk, channels_last, barrier, times):
    torch.set_num_threads(1)
    barrier.wait()
    times.put(residual(points, chunk, channels_last))


def residual_tuned(points):
    """Points a second with one process a core, by the best of some chunks and layouts."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    context = torch.multiprocessing.get_context("spawn")
    rates = []
    for chunk in (16, 50, 125):
        for channels_last in (False, True):
            barrier, times = context.Barrier(cores), context.Queue()
            workers = [
                context.Process(
                    target=residual_process, args=(points, chunk, channels_last, barrier, times)
                )
                for _ in range(cores)
            ]
            for worker in workers:
                worker.start()
            slowest = max(times.get() for _ in workers)
            for worker in workers:
                worker.join()
            rates.append(cores * points / slowest)
    return max(rates)


if __name__ == "__main__":
    print("framework PyTorch", torch.__version__, "threads", torch.get_num_threads())
    for name, points in [("W1", 1000), ("W2", 1000), ("W3", 30)]:
        print("surface", name, surface(name, points))
    print("surface W4", 10 / residual(10))
    print("tuned W4", residual_tuned(5))
    for name in ("W2", "W3"):
        for kind, rate in zip(("float32", "float64"), product(name)):
            print("product", name, kind, rate)
