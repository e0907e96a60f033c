import jax
import jax.numpy as jnp
from flax import linen as nn
import optax

net = nn.Dense(2)
x = jnp.ones((4, 3))
params = net.init(jax.random.PRNGKey(0), x)
steps = optax.adam(1e-2)
state = steps.init(params)
loss, grads = jax.jit(jax.value_and_grad(lambda p: (net.apply(p, x) ** 2).mean()))(params)
updates, state = steps.update(grads, state)
params = optax.apply_updates(params, updates)
print(loss, jnp.linalg.norm(params["params"]["kernel"]))
