"""What CurvatureTable times, by NumPy, PyTorch and JAX with SciPy's solvers: whichever of them this
Python has. SciPy is needed for all. Rows have CurvatureTable's names; "map warm" is LOBPCG from the
neighbour's vectors, all else that seeks eigenvalues ARPACK.

    python3 Benchmarks/peers/curvature.py [digits.safetensors [fashion.safetensors]]

The weights are those that `landscape render digits` and `landscape render fashion` leave; without
them, random ones. Everything is in Float32. Fashion-MNIST is read from where Debian's package puts it.
"""

import gzip
import importlib.util
import json
import os
import sys
import time

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.sparse.linalg import LinearOperator, eigsh, lobpcg

HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS = os.path.join(HERE, "../../Sources/EmbeddedResources/data/digits.csv.gz")
FASHION = "/usr/share/datasets/fashion-mnist"


def digits():
    table = np.loadtxt(gzip.open(DIGITS, "rt"), delimiter=",")
    return (table[:, :64] / 16).astype(np.float32), table[:, 64].astype(np.int64)


def fashion(count=10_000):
    def read(name, offset):
        with gzip.open(f"{FASHION}/train-{name}-ubyte.gz") as file:
            return np.frombuffer(file.read(), np.uint8, offset=offset)

    x = read("images-idx3", 16)[: count * 784].reshape(count, 784)
    return (x / 255).astype(np.float32), read("labels-idx1", 8)[:count].astype(np.int64)


def shapes(widths):
    return [s for m, n in zip(widths, widths[1:]) for s in ((n, m), (n,))]


def weights(widths, path):
    """All parameters in one vector, weight before bias, layer by layer."""
    if path is None:
        source = np.random.default_rng(0)
        return np.concatenate(
            [
                source.uniform(-1, 1, int(np.prod(s))) / np.sqrt(m)
                for (m, n) in zip(widths, widths[1:])
                for s in ((n, m), (n,))
            ]
        ).astype(np.float32)
    with open(path, "rb") as file:
        bytes_ = file.read()
    start = 8 + int.from_bytes(bytes_[:8], "little")
    entries = json.loads(bytes_[8:start])
    entries.pop("__metadata__", None)
    tensors = []
    for entry in sorted(entries.values(), key=lambda e: e["data_offsets"]):
        a, b = (start + o for o in entry["data_offsets"])
        tensors.append(np.frombuffer(bytes_[a:b], {"F32": "f4", "F64": "f8"}[entry["dtype"]]))
    return np.concatenate(tensors).astype(np.float32)


def split(w, widths):
    parts, first = [], 0
    for shape in shapes(widths):
        size = int(np.prod(shape))
        parts.append(w[first : first + size].reshape(shape))
        first += size
    return parts


# Each framework's: (widths, x, y) -> w -> v -> H(w)·v.


def numpy_hessian(widths, x, y):
    one_hot = np.eye(widths[-1], dtype=np.float32)[y]
    count = np.float32(len(x))

    def at(w):
        p = split(w, widths)
        layers = len(p) // 2
        inputs, slopes = [x], []
        for k in range(layers):
            z = inputs[k] @ p[2 * k].T + p[2 * k + 1]
            if k + 1 < layers:
                slopes.append(z > 0)
                inputs.append(z * slopes[k])
        z -= z.max(axis=1, keepdims=True)
        soft = np.exp(z)
        soft /= soft.sum(axis=1, keepdims=True)
        gradients = [None] * layers
        gradients[-1] = (soft - one_hot) / count
        for k in range(layers - 1, 0, -1):
            gradients[k - 1] = (gradients[k] @ p[2 * k]) * slopes[k - 1]

        def product(v):
            v = split(v, widths)
            tangents = [None]
            for k in range(layers):
                r = inputs[k] @ v[2 * k].T + v[2 * k + 1]
                if k > 0:
                    r += tangents[k] @ p[2 * k].T
                tangents.append(r * slopes[k] if k + 1 < layers else r)
            r = tangents[-1]
            r = soft * (r - (soft * r).sum(axis=1, keepdims=True)) / count
            out = [None] * (2 * layers)
            for k in range(layers - 1, -1, -1):
                out[2 * k] = r.T @ inputs[k]
                if k > 0:
                    out[2 * k] += gradients[k].T @ tangents[k]
                out[2 * k + 1] = r.sum(axis=0)
                if k > 0:
                    r = (r @ p[2 * k] + gradients[k] @ v[2 * k]) * slopes[k - 1]
            return np.concatenate([t.ravel() for t in out])

        return product

    return at


def torch_hessian(widths, x, y):
    import torch

    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def at(w):
        w = torch.from_numpy(np.array(w, np.float32)).requires_grad_()
        h = x
        p = split(w, widths)
        for k in range(0, len(p), 2):
            h = torch.nn.functional.linear(h, p[k], p[k + 1])
            if k + 2 < len(p):
                h = torch.relu(h)
        loss = torch.nn.functional.cross_entropy(h, y)
        (gradient,) = torch.autograd.grad(loss, w, create_graph=True)

        def product(v):
            v = torch.from_numpy(np.ascontiguousarray(v))
            return torch.autograd.grad(gradient, w, v, retain_graph=True)[0].numpy()

        return product

    return at


def jax_hessian(widths, x, y):
    import jax
    import jax.numpy as jnp

    x, y = jnp.asarray(x), jnp.asarray(y)

    def loss(w):
        h = x
        p = split(w, widths)
        for k in range(0, len(p), 2):
            h = h @ p[k].T + p[k + 1]
            if k + 2 < len(p):
                h = jnp.maximum(h, 0)
        top = jnp.take_along_axis(h, y[:, None], axis=-1)[:, 0]
        return jnp.mean(jax.nn.logsumexp(h, axis=-1) - top)

    product = jax.jit(lambda w, v: jax.jvp(jax.grad(loss), (w,), (v,))[1])

    def at(w):
        w = jnp.asarray(w, jnp.float32)
        return lambda v: np.asarray(product(w, jnp.asarray(v)))

    return at


class Counted:
    """A Hessian that counts its products, as SciPy wants it."""

    def __init__(self, product, n):
        self.product, self.products = product, 0
        self.operator = LinearOperator((n, n), self.apply, matmat=self.block, dtype=np.float32)

    def apply(self, v):
        self.products += 1
        return self.product(np.asarray(v, np.float32).ravel())

    def block(self, vs):
        return np.stack([self.apply(v) for v in np.asarray(vs).T], axis=1)


def top_five(hessian, w):
    counted = Counted(hessian(w), len(w))
    eigsh(counted.operator, 5, which="LA", tol=1e-4)
    return counted.products


def hutchinson(hessian, w, probes=100):
    counted = Counted(hessian(w), len(w))
    source = np.random.default_rng(0)
    for _ in range(probes):
        z = source.choice(np.float32([-1, 1]), len(w))
        z @ counted.apply(z)
    return counted.products


def density(hessian, w, probes=10, steps=50):
    counted = Counted(hessian(w), len(w))
    source = np.random.default_rng(0)
    for _ in range(probes):
        q = source.standard_normal(len(w)).astype(np.float32)
        basis = np.zeros((steps, len(w)), np.float32)
        alphas, betas = [], []
        for k in range(steps):
            basis[k] = q / np.linalg.norm(q)
            q = counted.apply(basis[k])
            alphas.append(basis[k] @ q)
            for _ in range(2):
                q = q - basis[: k + 1].T @ (basis[: k + 1] @ q)
            betas.append(np.linalg.norm(q))
        eigh_tridiagonal(alphas, betas[:-1])
    return counted.products


def curvature_map(hessian, w, widths, is_warm, side=11):
    source = np.random.default_rng(0)

    def direction():
        """Gaussian, each row as long as the weights' row; biases stay."""
        parts = []
        for t in split(w, widths):
            d = source.standard_normal(t.shape) if t.ndim > 1 else np.zeros(t.shape)
            if t.ndim > 1:
                d *= np.linalg.norm(t, axis=1)[:, None] / np.linalg.norm(d, axis=1)[:, None]
            parts.append(d.ravel())
        return np.concatenate(parts).astype(np.float32)

    u, v = direction(), direction()
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    products, ends = 0, {}
    for row, beta in enumerate(axis):
        for alpha in axis[:: 1 if row % 2 == 0 else -1]:
            counted = Counted(hessian(w + alpha * u + beta * v), len(w))
            if is_warm:
                for largest in (True, False):
                    start = ends.get(largest)
                    if start is None:
                        start = source.standard_normal((len(w), 4)).astype(np.float32)
                    values, start = lobpcg(
                        counted.operator, start, largest=largest, tol=1e-3, maxiter=100
                    )
                    ends[largest] = start
            else:
                eigsh(counted.operator, 2, which="BE", tol=1e-3, ncv=40)
            products += counted.products
    return products


def rows(hessian, files):
    small, large = [64, 64, 10], [784, 128, 128, 10]
    w = weights(small, files[0] if files else None)
    at = hessian(small, *digits())
    yield "top five, digits", lambda: top_five(at, w)
    yield "map 11 x 11 warm, digits", lambda: curvature_map(at, w, small, True)
    yield "map 11 x 11 cold, digits", lambda: curvature_map(at, w, small, False)
    if not os.path.isdir(FASHION):
        return
    big = weights(large, files[1] if len(files) > 1 else None)
    at_big = hessian(large, *fashion())
    yield "top five, fashion", lambda: top_five(at_big, big)
    yield "100 Hutchinson probes, fashion", lambda: hutchinson(at_big, big)
    yield "density 10 x 50, fashion", lambda: density(at_big, big)


def main():
    import warnings

    # LOBPCG says so where 100 iterations have not met its tolerance, as at most points of the map.
    warnings.simplefilter("ignore")
    for module, hessian in [
        ("numpy", numpy_hessian),
        ("torch", torch_hessian),
        ("jax", jax_hessian),
    ]:
        if importlib.util.find_spec(module) is None:
            print(f"{module} is not installed here")
            continue
        print(f"{module} {__import__(module).__version__}")
        for name, body in rows(hessian, sys.argv[1:]):
            if not name.startswith(("map", "100", "density")):
                body()  # compiles
            start = time.perf_counter()
            products = body()
            seconds = time.perf_counter() - start
            print(f"  {name:32}{seconds:10.3f} s{products:8} products", flush=True)


if __name__ == "__main__":
    main()
