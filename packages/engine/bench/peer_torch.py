"""The same products, convolution and training step in PyTorch, eager, on the same number of threads.

    python3 peer_torch.py THREADS BATCH SECONDS    # pip install torch
"""
import json
import sys
import time

import torch
from torch import nn

THREADS, BATCH, SECONDS = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])


def best(task):
    """Seconds of the fastest run within the time given; the first run is warm-up."""
    task()
    fastest, end = float("inf"), time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        start = time.perf_counter()
        task()
        fastest = min(fastest, time.perf_counter() - start)
    return fastest


def step_of(channels_last):
    torch.manual_seed(0)
    layers = []
    for channels, filters, stride in ((3, 32, 1), (32, 64, 2), (64, 128, 2)):
        layers += [nn.Conv2d(channels, filters, 3, stride, 1, bias=False), nn.ReLU()]
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10, bias=False))
    images, labels = torch.randn(BATCH, 3, 32, 32), torch.arange(BATCH) % 10
    if channels_last:
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


torch.set_num_threads(THREADS)
with torch.no_grad():
    a = torch.randn(2048, 2048)
    x, kernel = torch.randn(32, 64, 28, 28), torch.randn(64, 64, 3, 3)
    small = torch.randn(4, 4)

    def thousand_small():
        for _ in range(1000):
            torch.add(small, small)

    mat_mul = 2 * 2048**3 / best(lambda: a @ a) / 1e9
    convolution = 2 * 32 * 28 * 28 * 9 * 64 * 64 / best(lambda: nn.functional.conv2d(x, kernel, padding=1)) / 1e9
    small_op = best(thousand_small) * 1e3

print(json.dumps({
    "peer": f"PyTorch {torch.__version__}",
    "gflops": {"matMul": mat_mul, "convolution": convolution},
    "microsecondsPerSmallOp": small_op,
    "imagesPerSecond": max(BATCH / best(step_of(layout)) for layout in (False, True)),
}))
