"""Writes pytorch.json: small PyTorch coupling stacks with random weights, as safetensors, and what they give.

pip install torch FrEIA nflows safetensors; python make-pytorch.py > pytorch.json
"""
import base64
import json
import sys

import torch
from torch import nn
from safetensors.torch import save
from FrEIA.framework import SequenceINN
from FrEIA.modules import GLOWCouplingBlock, NICECouplingBlock, PermuteRandom, RNVPCouplingBlock
from nflows.nn.nets import MLP
from nflows.transforms import AdditiveCouplingTransform, AffineCouplingTransform, CompositeTransform, RandomPermutation
from nflows.utils import create_alternating_binary_mask

HIDDEN = 5


def mlp(inputs, outputs, layers=3):
    sizes = [inputs] + [HIDDEN] * (layers - 1) + [outputs]
    linear = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
    return nn.Sequential(*[module for layer in linear for module in (layer, nn.ReLU())][:-1])


class NotebookBlock(nn.Module):
    """A coupling with the parameter names of the authors' notebook."""

    def __init__(self, dim):
        super().__init__()
        self.half = dim // 2
        self.scale_net = mlp(self.half, self.half)
        self.translate_net = mlp(self.half, self.half)

    def forward(self, x):
        x1, x2 = x[:, : self.half], x[:, self.half :]
        return torch.cat([x1, x2 * torch.exp(torch.tanh(self.scale_net(x1))) + self.translate_net(x1)], 1)


class Notebook(nn.Module):
    def __init__(self, dim, blocks):
        super().__init__()
        self.blocks = nn.ModuleList(NotebookBlock(dim) for _ in range(blocks))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x, None


def freia(dim, block, **options):
    flow = SequenceINN(dim)
    for seed in range(2):
        flow.append(PermuteRandom, seed=seed)
        flow.append(block, subnet_constructor=lambda a, b: mlp(a, b, 2), **options)
    return flow


class ContextlessMLP(MLP):
    """nflows hands its networks a context, and its MLP takes none."""

    def forward(self, inputs, context=None):
        return super().forward(inputs)


def nflow(dim, block):
    def network(inputs, outputs):
        return ContextlessMLP([inputs], [outputs], [HIDDEN, HIDDEN])

    layers = [[RandomPermutation(dim), block(create_alternating_binary_mask(dim, even=k == 0), network)] for k in range(2)]
    return CompositeTransform([layer for pair in layers for layer in pair])


CASES = [
    ("the notebook's couplings", Notebook(6, 3), 6, {"prefix": "g_x.invertible_net."}),
    ("FrEIA's RNVPCouplingBlock", freia(6, RNVPCouplingBlock), 6, {}),
    ("FrEIA's RNVPCouplingBlock of odd length, with tanh", freia(5, RNVPCouplingBlock, clamp=1.2, clamp_activation="TANH"), 5, {"clamp": 1.2, "clampActivation": "TANH"}),
    ("FrEIA's GLOWCouplingBlock", freia(6, GLOWCouplingBlock), 6, {}),
    ("FrEIA's GLOWCouplingBlock with a sigmoid", freia(6, GLOWCouplingBlock, clamp_activation="SIGMOID"), 6, {"clampActivation": "SIGMOID"}),
    ("FrEIA's NICECouplingBlock", freia(7, NICECouplingBlock), 7, {}),
    ("nflows' AffineCouplingTransform", nflow(6, AffineCouplingTransform), 6, {}),
    ("nflows' AffineCouplingTransform of odd length", nflow(5, AffineCouplingTransform), 5, {}),
    ("nflows' AdditiveCouplingTransform", nflow(6, AdditiveCouplingTransform), 6, {}),
]

torch.manual_seed(1)
written = []
for name, flow, dim, options in CASES:
    with torch.no_grad():
        for parameter in flow.parameters():
            if parameter.is_floating_point():
                parameter.copy_(torch.randn(parameter.shape) * (0.4 if parameter.dim() > 1 else 0.2))
        x = torch.randn(4, dim)
        # Outputs in float64, from the float32 weights.
        y, log_det = flow.double()(x.double())
        state = {options.get("prefix", "") + key: value for key, value in flow.float().state_dict().items()}
    written.append({
        "name": name,
        "options": options,
        "file": base64.b64encode(save({key: value.contiguous() for key, value in state.items()})).decode(),
        "x": x.tolist(),
        "y": y.tolist(),
        "logDet": log_det.tolist() if isinstance(log_det, torch.Tensor) else None,  # FrEIA gives a number where it is 0
    })
json.dump(written, sys.stdout, indent=1)
