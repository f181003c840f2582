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


def best(body, least=3, seconds=2.0):
    """Seconds of the fastest of several runs, the first one (compilation) left out."""
    body()
    times = []
    while len(times) < least or sum(times) < seconds:
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return min(times)
