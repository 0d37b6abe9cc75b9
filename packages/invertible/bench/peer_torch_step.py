"""Forward and backward passes of peer_torch.py's vector flow, on demand: "eager" or "compiled" on a line of stdin runs one round, and prints the
milliseconds of its fastest step.

    python3 peer_torch_step.py --threads 2 --batch 64 --seconds 1        # pip install torch; torch.compile needs a C++ compiler
"""
import argparse
import sys
import time

import torch

from peer_torch import vector_flow

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, required=True)
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--seconds", type=float, required=True)
args = parser.parse_args()
torch.set_num_threads(args.threads)

flow = vector_flow()
x = torch.randn(args.batch, 512)
losses = {"eager": lambda x: flow(x).square().mean()}
losses["compiled"] = torch.compile(losses["eager"])


def step(loss_of):
    for parameter in flow.parameters():
        parameter.grad = None
    loss = loss_of(x)
    loss.backward()
    return loss.item()


for line in sys.stdin:
    loss_of, times = losses[line.strip()], []
    try:
        step(loss_of)
    except RuntimeError:  # no C++ compiler
        print("nan", flush=True)
        continue
    end = time.perf_counter() + args.seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        step(loss_of)
        times.append(time.perf_counter() - start)
    print(1000 * min(times), flush=True)
