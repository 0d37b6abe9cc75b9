"""Writes notebook.json: the names and shapes of a small Linearizer of the authors' notebook, an input, and what it gives.

pip install torch; python make-notebook.py > notebook.json. Weights follow a rule that the test repeats, for the fixed widths make them many.
"""
import json
import math
import sys

import torch
from torch import nn

DIM, HIDDEN, SIDE = 6, 5, 16


def mlp(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale_net, self.translate_net = mlp(DIM // 2, DIM // 2), mlp(DIM // 2, DIM // 2)

    def forward(self, x):
        x1, x2 = x[:, : DIM // 2], x[:, DIM // 2 :]
        return torch.cat([x1, x2 * torch.exp(torch.tanh(self.scale_net(x1))) + self.translate_net(x1)], 1)


class Flow(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), Block()])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Gx(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for width, window in [(64, 7), (128, 3), (256, 3), (512, 3)]:
            layers += [nn.Conv2d(channels, width, window, 2, window // 2), nn.BatchNorm2d(width), nn.ReLU()]
            channels = width
        self.encoder = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, DIM))
        self.invertible_net = Flow()

    def forward(self, x):
        return self.invertible_net(self.encoder(x))


class Gy(nn.Module):
    def __init__(self):
        super().__init__()
        self.invertible_net = Flow()

    def forward(self, x):
        return self.invertible_net(x)


class Linearizer(nn.Module):
    def __init__(self):
        super().__init__()
        self.g_x, self.g_y_inv = Gx(), Gy()
        self.linear_op = nn.Linear(DIM, DIM, bias=False)

    def forward(self, x):
        return self.g_y_inv(self.linear_op(self.g_x(x)))


def weights(k, name, shape):
    """The k-th tensor: a Weyl sequence in steps of 1/64, of a size that keeps activations alive; variances and scales around 1."""
    count = torch.Size(shape).numel()
    fan_in = count // shape[0] if len(shape) > 1 else 16
    size = 2.0 ** (1 - math.floor(math.log2(fan_in) / 2))
    index = torch.arange(1, count + 1, dtype=torch.int64)
    unit = ((index * 48271 * (k + 1)) % 65521).double() / 65521
    value = torch.round((2 * unit - 1) * 64) / 64 * size
    return (value + (2 if name.endswith("running_var") else 0)).reshape(shape)


model = Linearizer().eval()
tensors = [(name, value) for name, value in model.state_dict().items() if value.is_floating_point()]
with torch.no_grad():
    for k, (name, value) in enumerate(tensors):
        value.copy_(weights(k, name, list(value.shape)))
    x = weights(1000, "x", [2, 3, SIDE, SIDE]) * 4
    y = model.double()(x.double())
json.dump({"shapes": {name: list(value.shape) for name, value in tensors}, "x": x.permute(0, 2, 3, 1).tolist(), "y": y.tolist()}, sys.stdout)
