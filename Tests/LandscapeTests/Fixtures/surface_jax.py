import jax, jax.numpy as jnp, numpy as np
from jax.flatten_util import ravel_pytree
jax.config.update("jax_enable_x64", True)
k = jax.random.split(jax.random.key(0), 6)
x, y = jax.random.normal(k[0], (64, 2)), jax.random.randint(k[1], 64, 0, 2)
c, tree = ravel_pytree([jax.random.normal(k[2], (2, 8)), jax.random.normal(k[3], (8, 2))])
u, v = (d * jnp.linalg.norm(c) / jnp.linalg.norm(d) for d in jax.random.normal(k[4], (2, c.size)))
def loss(w):
    first, second = tree(w)
    return -jnp.mean(jax.nn.log_softmax(jnp.tanh(x @ first) @ second)[jnp.arange(64), y])
alphas, betas = np.linspace(-1, 1, 7), np.linspace(-1, 1, 5)
row = jax.vmap(lambda a, b: loss(c + a * u + b * v), (0, None))
base = jax.jit(jax.vmap(row, (None, 0)))(alphas, betas)              # rows are betas
penalty = [c @ c, 2 * c @ u, 2 * c @ v, u @ u, 2 * u @ v, v @ v]     # over what is decayed
np.savez("surface.npz", alphas=alphas, betas=betas, base=base, penalty=penalty)
