"""Python onnxruntime on the same model, a round at a time: a line {"batch": 16, "runs": 4} in, a line with its seconds out.

    pip install onnxruntime numpy
"""
import argparse
import json
import sys
import time

import numpy as np
import onnxruntime as ort

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()

options = ort.SessionOptions()
options.intra_op_num_threads = args.threads
options.log_severity_level = 3
session = ort.InferenceSession(args.model, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
print(json.dumps({"peer": "onnxruntime " + ort.__version__}), flush=True)

for line in sys.stdin:
    request = json.loads(line)
    planes = np.random.default_rng(0).uniform(-1, 1, (request["batch"], 3, 112, 112)).astype(np.float32)
    session.run(None, {name: planes})
    start = time.perf_counter()
    for _ in range(request["runs"]):
        session.run(None, {name: planes})
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
