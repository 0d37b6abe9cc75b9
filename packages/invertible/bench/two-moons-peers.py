"""Neural spline flows on the two moons of two-moons.ts in nflows and zuko, on its very points.

    python3 two-moons-peers.py points.json      # pip install torch nflows zuko

Prints a line of JSON for each: mean negative log-likelihood of the test points, in nats, and seconds.
nflows has the same flow: as many couplings of as many bins, the same perceptrons, halves in turn. zuko's NSF is autoregressive; it gets
half as many transforms, since each of them transforms both coordinates.
"""
import json
import sys
import time

import torch
from torch import nn

with open(sys.argv[1]) as file:
    task = json.load(file)
train, test = (torch.tensor(task[key]).reshape(-1, 2) for key in ("train", "test"))
couplings, hidden, bins, bound, steps, batch = (task[key] for key in ("couplings", "hidden", "bins", "bound", "steps", "batch"))


def fit(model, log_prob, seed):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    started = time.time()
    taken = 0
    while taken < steps:
        order = torch.randperm(len(train))
        for rows in order[: len(order) // batch * batch].split(batch):
            loss = -log_prob(train[rows]).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            taken += 1
            if taken == steps:
                break
    with torch.no_grad():
        return -log_prob(test).mean().item(), time.time() - started


class Perceptron(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, outputs))

    def forward(self, x, context=None):
        return super().forward(x)


def nflows_flow():
    from nflows.distributions.normal import StandardNormal
    from nflows.flows.base import Flow
    from nflows.transforms.base import CompositeTransform
    from nflows.transforms.coupling import PiecewiseRationalQuadraticCouplingTransform

    layers = [
        PiecewiseRationalQuadraticCouplingTransform(
            mask=[0, 1] if k % 2 == 0 else [1, 0],
            transform_net_create_fn=Perceptron,
            num_bins=bins,
            tails="linear",
            tail_bound=bound,
        )
        for k in range(couplings)
    ]
    model = Flow(CompositeTransform(layers), StandardNormal([2]))
    return model, model.log_prob


def zuko_flow():
    import zuko

    model = zuko.flows.NSF(2, transforms=couplings // 2, bins=bins, hidden_features=(hidden, hidden))
    return model, lambda x: model().log_prob(x)


for peer, make in (("nflows", nflows_flow), ("zuko", zuko_flow)):
    for seed in range(task["seeds"]):
        torch.manual_seed(seed)
        nll, seconds = fit(*make(), seed)
        print(json.dumps({"peer": peer, "seed": seed, "nll": nll, "seconds": seconds}), flush=True)
