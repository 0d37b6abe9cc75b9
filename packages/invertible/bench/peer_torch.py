"""The layers of bench/subjects.ts in PyTorch, and FrEIA's AllInOneBlock in their place where it is installed.

    python3 peer_torch.py        # pip install torch FrEIA

On one thread, as the backends of tfjs run in Node.
"""
import json
import math
import time

import torch
from torch import nn

MIN_SECONDS = 1.0


class Coupling(nn.Module):
    """y2 = x2 * exp(c tanh(h / c)) + t over axis 1."""

    def __init__(self, conditioner, second, c=1.0):
        super().__init__()
        self.conditioner, self.second, self.c = conditioner, second, c

    def condition(self, x):
        first, second = x.chunk(2, 1)
        x1, x2 = (first, second) if self.second else (second, first)
        h, t = self.conditioner(x1).chunk(2, 1)
        return x1, x2, self.c * torch.tanh(h / self.c), t

    def joined(self, x1, y2):
        return torch.cat((x1, y2) if self.second else (y2, x1), 1)

    def forward(self, x):
        x1, x2, s, t = self.condition(x)
        return self.joined(x1, x2 * s.exp() + t)

    def inverse(self, y):
        x1, y2, s, t = self.condition(y)
        return self.joined(x1, (y2 - t) * (-s).exp())


class Permutation(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.order = torch.randperm(size)
        self.back = self.order.argsort()

    def forward(self, x):
        return x[:, self.order]

    def inverse(self, y):
        return y[:, self.back]


class ActNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.log_scale = nn.Parameter(torch.zeros(1, channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        return x * self.log_scale.exp() + self.bias

    def inverse(self, y):
        return (y - self.bias) * (-self.log_scale).exp()


class Mixing(nn.Module):
    """A permutation, then x (I - V T V') with k Householder normals V, T in compact WY form."""

    def __init__(self, channels, k=8):
        super().__init__()
        self.permutation = Permutation(channels)
        self.normals = nn.Parameter(torch.randn(channels, k))

    def reflect(self, x, transposed):
        v = self.normals / self.normals.norm(dim=0)
        t = torch.linalg.inv(torch.triu(v.T @ v, 1) + 0.5 * torch.eye(v.shape[1]))
        q = (t.T if transposed else t)
        return x - torch.einsum("bchw,cd->bdhw", x, v @ q @ v.T)

    def forward(self, x):
        return self.reflect(self.permutation(x), False)

    def inverse(self, y):
        return self.permutation.inverse(self.reflect(y, True))


class Flow(nn.Sequential):
    def inverse(self, y):
        for layer in reversed(self):
            y = layer.inverse(y)
        return y


def mlp(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, outputs))


def convolutions(inputs, outputs):
    return nn.Sequential(
        nn.Conv2d(inputs, 64, 1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, outputs, 1))


def vector_flow():
    layers = []
    for block in range(4):
        if block % 2 == 0:
            layers.append(Permutation(512))
        layers.append(Coupling(mlp(256, 512), second=block % 2 == 0))
    return Flow(*layers)


def image_blocks():
    block = lambda i: [ActNorm(48), Mixing(48), Coupling(convolutions(24, 48), second=i == 0)]
    return Flow(*block(0), *block(1))


def rate(batch, task):
    """Samples a second, the best of as many runs as fit a second."""
    task()
    best, end = math.inf, time.perf_counter() + MIN_SECONDS
    while True:
        start = time.perf_counter()
        task()
        best = min(best, time.perf_counter() - start)
        if time.perf_counter() > end:
            return batch / best


def rates(subject, x, forward, inverse, parameters):
    parameters = list(parameters)

    def gradient():
        torch.autograd.grad(forward(x).square().mean(), parameters, allow_unused=True)

    passes = {"gradient": rate(len(x), gradient)}
    with torch.no_grad():
        passes["forward"] = rate(len(x), lambda: forward(x))
        passes["inverse"] = rate(len(x), lambda: inverse(x))
    return [{"subject": subject, "pass": name, "perSecond": value} for name, value in passes.items()]


SUBJECTS = [
    ("vector flow 512, K = 4", (64, 512), vector_flow, mlp, 4),
    ("2 blocks of 28×28×48", (8, 48, 28, 28), image_blocks, convolutions, 2),
]


def torch_rates():
    out = []
    for name, shape, build, _, _ in SUBJECTS:
        flow = build()
        x = torch.randn(shape)
        assert (flow.inverse(flow(x)) - x).abs().max() < 1e-3
        out += rates(name, x, flow, flow.inverse, flow.parameters())
    return out


def freia_rates():
    import FrEIA.framework as framework
    import FrEIA.modules as modules

    out = []
    for name, shape, _, subnet, blocks in SUBJECTS:
        flow = framework.SequenceINN(*shape[1:])
        for _ in range(blocks):
            flow.append(modules.AllInOneBlock, subnet_constructor=subnet)
        out += rates(name, torch.randn(shape), lambda x: flow(x)[0], lambda y: flow(y, rev=True)[0],
                     [p for p in flow.parameters() if p.requires_grad])
    return out


if __name__ == "__main__":
    torch.set_num_threads(1)
    threads = torch.get_num_threads()
    peers = [{"peer": "torch " + torch.__version__, "threads": threads, "rates": torch_rates()}]
    try:
        peers.append({"peer": "FrEIA on torch", "threads": threads, "rates": freia_rates()})
    except ImportError:
        pass
    print(json.dumps(peers))
