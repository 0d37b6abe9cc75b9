"""PyTorch on the sandwich of notebook-sandwich.ts, in its best settings: one line of JSON each.

The sandwich at the authors' notebook's sizes: CNN encoder 3x112x112 -> 512, 4 affine couplings, A (512x512), 4 affine couplings,
MSE against unit vectors, global-norm clip at 1.0, Adam. Prints one JSON line: each configuration has a
process of its own, so that its peak memory is its own.

    python3 peer_sandwich.py "channels last, fused Adam" --threads 2 --batch 64     # pip install torch
"""
import argparse, json, resource, statistics, time
import torch
from torch import nn

ap = argparse.ArgumentParser()
ap.add_argument("config", choices=["plain", "channels last", "channels last, fused Adam", "compiled", "bfloat16"])
ap.add_argument("--threads", type=int, default=2)
ap.add_argument("--batch", type=int, default=64)
ap.add_argument("--steps", type=int, default=10)
args = ap.parse_args()
torch.set_num_threads(args.threads)


def mlp(n_in, n_out, hidden=1024, layers=3):
    widths = [n_in] + [hidden] * (layers - 1) + [n_out]
    parts = []
    for a, b in zip(widths[:-1], widths[1:]):
        parts += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*parts[:-1])


class Coupling(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.half = dim // 2
        self.log_scale, self.shift = mlp(self.half, dim - self.half), mlp(self.half, dim - self.half)

    def forward(self, x):
        a, b = x[:, : self.half], x[:, self.half :]
        return torch.cat([a, b * torch.exp(torch.tanh(self.log_scale(a))) + self.shift(a)], 1)


def encoder():
    parts, c_in = [], 3
    for c_out, k in ((64, 7), (128, 3), (256, 3), (512, 3)):
        parts += [nn.Conv2d(c_in, c_out, k, 2, k // 2), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True)]
        c_in = c_out
    return nn.Sequential(*parts, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 512))


def measure(name, channels_last, fused, compiled, bf16=False):
    torch.manual_seed(0)
    net = nn.Sequential(encoder(), *[Coupling(512) for _ in range(4)], nn.Linear(512, 512, bias=False), *[Coupling(512) for _ in range(4)])
    x = torch.randn(args.batch, 3, 112, 112)
    if channels_last:
        net, x = net.to(memory_format=torch.channels_last), x.contiguous(memory_format=torch.channels_last)
    target = nn.functional.normalize(torch.randn(args.batch, 512), dim=1)
    params = list(net.parameters())
    adam = torch.optim.Adam(params, lr=1e-4, fused=fused or None)

    def loss_of(x, t):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            y = net(x)
        return nn.functional.mse_loss(y.float(), t)

    if compiled:
        loss_of = torch.compile(loss_of)

    def step():
        loss = loss_of(x, target)
        adam.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(params, 1.0)
        adam.step()
        return loss.item()

    for _ in range(3):
        step()
    times = []
    for _ in range(args.steps):
        t0 = time.perf_counter()
        step()
        times.append(time.perf_counter() - t0)
    median = statistics.median(times)
    print(json.dumps({"peer": "PyTorch " + torch.__version__, "config": name, "imagesPerSecond": args.batch / median,
                      "peakRssMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


measure(args.config, channels_last=args.config != "plain", fused=args.config not in ("plain", "channels last"),
        compiled=args.config == "compiled", bf16=args.config == "bfloat16")
