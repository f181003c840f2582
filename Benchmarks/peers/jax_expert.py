"""The strongest JAX: compiled, the first layer's three images made once, rows of the grid shared among
the cores as devices; Hessian-vector products compiled, with the linearisation at w shared."""

import os

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
os.environ["XLA_FLAGS"] = (
    os.environ.get("XLA_FLAGS", "") + f" --xla_force_host_platform_device_count={CORES}"
)

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

import workloads

F = {"tanh": jnp.tanh, "relu": lambda x: jnp.maximum(x, 0)}


def losses(z, y):
    return jnp.mean(
        jax.nn.logsumexp(z, axis=-1) - jnp.take_along_axis(z, y[:, None], axis=-1)[:, 0]
    )


def surface(name, points, sharded):
    x, y, activation, c, u, v, axis = workloads.make(name)
    f = F[activation]
    y = jnp.asarray(y)
    images = [jnp.asarray(x @ w[0][0].T + w[0][1]) for w in (c, u, v)]
    rest = [[(jnp.asarray(a), jnp.asarray(b)) for a, b in w[1:]] for w in (c, u, v)]

    def point(ab):
        alpha, beta = ab
        h = f(images[0] + (alpha * images[1] + beta * images[2]))
        layers = list(zip(*rest))
        for k, ((wc, bc), (wu, bu), (wv, bv)) in enumerate(layers):
            h = h @ (wc + (alpha * wu + beta * wv)).T + (bc + (alpha * bu + beta * bv))
            if k + 1 < len(layers):
                h = f(h)
        return losses(h, y)

    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)[:points]
    per_device = lambda g: jax.lax.map(point, g)
    if sharded:
        mesh = Mesh(np.array(jax.devices()[:CORES]), ("points",))
        g = jax.device_put(
            jnp.asarray(grid[: points // CORES * CORES]),
            NamedSharding(mesh, PartitionSpec("points")),
        )
        run = jax.jit(
            jax.shard_map(
                per_device,
                mesh=mesh,
                in_specs=PartitionSpec("points"),
                out_specs=PartitionSpec("points"),
                check_vma=False,
            )
        )
    else:
        g = jnp.asarray(grid)
        run = jax.jit(per_device)
    return len(g) / workloads.best(lambda: run(g).block_until_ready())


def residual(points):
    """W4, rows of the grid shared among the devices; points a second."""
    x, y, c, u, v, axis = workloads.make_residual()
    x, y = jnp.asarray(x), jnp.asarray(y)
    c, u, v = ([jnp.asarray(t) for t in w] for w in (c, u, v))

    def convolve(h, w, b):
        h = jax.lax.conv_general_dilated(h, w, (1, 1), ((1, 1), (1, 1)))
        return h + b[:, None, None]

    def point(ab):
        w = [p + (ab[0] * q + ab[1] * r) for p, q, r in zip(c, u, v)]
        f = F["relu"]
        h = f(convolve(x, w[0], w[1]))
        for k in (2, 6):
            h = f(convolve(f(convolve(h, w[k], w[k + 1])), w[k + 2], w[k + 3]) + h)
        n, channels, height, width = h.shape
        h = h.reshape(n, channels, height // 2, 2, width // 2, 2).mean((3, 5)).reshape(n, -1)
        return losses(h @ w[10].T + w[11], y)

    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)[: points // CORES * CORES]
    mesh = Mesh(np.array(jax.devices()[:CORES]), ("points",))
    spec = PartitionSpec("points")
    g = jax.device_put(jnp.asarray(grid), NamedSharding(mesh, spec))
    run = jax.jit(
        jax.shard_map(
            lambda g: jax.lax.map(point, g), mesh=mesh, in_specs=spec, out_specs=spec,
            check_vma=False,
        )
    )
    return len(g) / workloads.best(lambda: run(g).block_until_ready())


def product(name, dtype, block=0):
    x, y, activation, c, u, _, _ = workloads.make(name)
    f = F[activation]
    x, y = jnp.asarray(x, dtype), jnp.asarray(y)
    centre, vector = (
        [(jnp.asarray(a, dtype), jnp.asarray(b, dtype)) for a, b in w] for w in (c, u)
    )

    def loss(w):
        h = x
        for k, (a, b) in enumerate(w):
            h = h @ a.T + b
            if k + 1 < len(w):
                h = f(h)
        return losses(h, y)

    _, hessian = jax.linearize(jax.grad(loss), centre)
    if block:
        vector = jax.tree.map(lambda t: jnp.stack([t] * block), vector)
        hessian = jax.vmap(hessian)
    hessian = jax.jit(hessian)
    return max(block, 1) / workloads.best(lambda: jax.block_until_ready(hessian(vector)))


if __name__ == "__main__":
    jax.config.update("jax_enable_x64", True)
    print("framework JAX", jax.__version__, "devices", len(jax.devices()))
    for name, points in [("W1", 2000), ("W2", 2000), ("W3", 60)]:
        for sharded in (False, True):
            print("surface", name, surface(name, points, sharded))
    print("surface W4", residual(10))
    for name in ("W2", "W3"):
        for dtype in ("float32", "float64"):
            print("product", name, dtype, product(name, dtype))
            print("block", name, dtype, product(name, dtype, 8))
