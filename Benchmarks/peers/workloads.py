"""The workloads of the table, with random numbers of the same shapes, and how they are timed."""

import time

import numpy as np

WORKLOADS = {
    "W1": ([2, 32, 32, 2], "tanh", 1000, 101),
    "W2": ([64, 64, 10], "relu", 1797, 101),
    "W3": ([784, 128, 128, 10], "relu", 10_000, 51),
}


def make(name):
    """Data, the centre and two directions (lists of (weight, bias)), and the grid's axis."""
    widths, activation, samples, side = WORKLOADS[name]
    source = np.random.default_rng(0)
    x = source.random((samples, widths[0]), dtype=np.float32)
    y = source.integers(0, widths[-1], samples)

    def weights():
        return [
            (
                source.uniform(-1, 1, (n, m)).astype(np.float32) / np.float32(np.sqrt(m)),
                source.uniform(-1, 1, n).astype(np.float32) / np.float32(np.sqrt(m)),
            )
            for m, n in zip(widths, widths[1:])
        ]

    axis = np.linspace(-1, 1, side, dtype=np.float32)
    return x, y, activation, weights(), weights(), weights(), axis


def make_residual(samples=1000, channels=8, size=28, side=25):
    """W4: pictures, labels, three lists of tensors in the order of the network's own, and the axis."""
    source = np.random.default_rng(0)
    x = source.random((samples, 1, size, size), dtype=np.float32)
    y = source.integers(0, 10, samples)
    shapes = [(channels, 1, 3, 3)] + [(channels, channels, 3, 3)] * 4
    shapes += [(10, channels * (size // 2) ** 2)]

    def weights():
        tensors = []
        for shape in shapes:
            bound = 1 / np.sqrt(np.prod(shape[1:]))
            for one in (shape, shape[:1]):
                tensors.append(source.uniform(-bound, bound, one).astype(np.float32))
        return tensors

    axis = np.linspace(-1, 1, side, dtype=np.float32)
    return x, y, weights(), weights(), weights(), axis


def best(body, least=3, seconds=2.0):
    """Seconds of the fastest of several runs, the first one (compilation) left out."""
    body()
    times = []
    while len(times) < least or sum(times) < seconds:
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return min(times)
