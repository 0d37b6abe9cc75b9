"""Python onnxruntime's rate for a recognition model, to set beside Lin's teacher in one run.

    python3 peer_onnxruntime.py model.onnx --threads 2 --batch 16 32     # pip install onnxruntime numpy
"""
import argparse
import json
import statistics
import time

import numpy as np
import onnxruntime as ort

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--batch", type=int, nargs="+", default=[16])
parser.add_argument("--runs", type=int, default=8)
args = parser.parse_args()

options = ort.SessionOptions()
options.intra_op_num_threads = args.threads
options.log_severity_level = 3
session = ort.InferenceSession(args.model, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
pixels = np.random.default_rng(0).integers(0, 256, (max(args.batch), 112, 112, 3), dtype=np.uint8)


def embed(images):
    """From bytes, as Lin's teacher does: scale, planes, run, normalise."""
    planes = np.ascontiguousarray(((images.astype(np.float32) - 127.5) / 127.5).transpose(0, 3, 1, 2))
    rows = session.run(None, {name: planes})[0]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


rates = {}
for batch in args.batch:
    embed(pixels[:batch])
    times = []
    for _ in range(args.runs):
        start = time.perf_counter()
        embed(pixels[:batch])
        times.append(time.perf_counter() - start)
    rates[batch] = batch / statistics.median(times)
print(json.dumps({"peer": "onnxruntime " + ort.__version__, "imagesPerSecond": rates}))
