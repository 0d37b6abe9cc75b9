"""Five steps of optimisers as optax takes them, in float64: python -m pip install jax==0.12.0.1 optax==0.2.8; python optimisers.py > optimisers.json"""

import json

import jax
import jax.numpy as jnp
import numpy as np
import optax

jax.config.update("jax_enable_x64", True)

RATES = [0.02, 0.01, 0.03, 0.01, 0.005]
SHAPES = {"wide": (3, 5), "tall": (6, 2), "vector": (4,)}
random = np.random.default_rng(0)
START = {name: np.round(random.normal(size=shape), 3) for name, shape in SHAPES.items()}
GRADIENTS = [
    {name: np.round(random.normal(size=shape), 3) for name, shape in SHAPES.items()} for _ in RATES
]


def rate(count):
    return jnp.asarray(RATES)[count]


def sgd(momentum, nesterov, weight_decay):
    return optax.chain(
        optax.trace(decay=momentum, nesterov=nesterov) if momentum else optax.identity(),
        optax.add_decayed_weights(weight_decay),
        optax.scale_by_learning_rate(rate),
    )


CASES = [
    ("adam", {}, optax.adam(rate)),
    ("adamw", {"weightDecay": 0.1}, optax.adamw(rate, weight_decay=0.1)),
    ("adamw", {"beta1": 0.8, "beta2": 0.9, "epsilon": 1e-3}, optax.adamw(rate, b1=0.8, b2=0.9, eps=1e-3, weight_decay=0.01)),
    ("sgd", {"momentum": 0}, sgd(0, False, 0)),
    ("sgd", {"momentum": 0.9}, sgd(0.9, False, 0)),
    ("sgd", {"momentum": 0.9, "nesterov": True, "weightDecay": 0.1}, sgd(0.9, True, 0.1)),
    ("lion", {"weightDecay": 0.3}, optax.lion(rate, weight_decay=0.3)),
    ("lion", {"beta1": 0.5, "beta2": 0.8}, optax.lion(rate, b1=0.5, b2=0.8, weight_decay=0)),
    # optax corrects the momentum's bias before it looks ahead, PyTorch and Muon's authors do not: compared without the latter
    (
        "muon",
        {"nesterov": False},
        optax.contrib.muon(
            rate,
            nesterov=False,
            weight_decay=0.1,
            consistent_rms=0.2,
            adam_weight_decay=0.1,
            adam_eps_root=0.0,
            eps=1e-7,
        ),
    ),
]


def run(transformation):
    parameters = {name: jnp.asarray(value) for name, value in START.items()}
    state = transformation.init(parameters)
    for gradients in GRADIENTS:
        updates, state = transformation.update({k: jnp.asarray(g) for k, g in gradients.items()}, state, parameters)
        parameters = optax.apply_updates(parameters, updates)
    return {name: np.asarray(value).ravel().tolist() for name, value in parameters.items()}


flat = lambda values: {name: value.ravel().tolist() for name, value in values.items()}
print(
    json.dumps(
        {
            "shapes": SHAPES,
            "start": flat(START),
            "rates": RATES,
            "gradients": [flat(gradients) for gradients in GRADIENTS],
            "cases": [{"name": name, "options": options, "end": run(made)} for name, options, made in CASES],
        }
    )
)
