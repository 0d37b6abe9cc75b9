"""Makes latents, and numpy's least-squares fit of them with its time: the peer of fitOperator.

    python3 peer_lstsq.py FOLDER 100000 512 512        # pip install numpy

Leaves x.f32, y.f32 (rows of float32) and a.f64 (numpy's A, outputDim x inputDim) in the folder, and prints its time as JSON.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np

folder, (rows, n, m) = Path(sys.argv[1]), map(int, sys.argv[2:])
random = np.random.default_rng(7)
x = random.standard_normal((rows, n), dtype=np.float32)
a = random.standard_normal((m, n), dtype=np.float32) / np.float32(np.sqrt(n))
y = x @ a.T + np.float32(0.1) * random.standard_normal((rows, m), dtype=np.float32)
x.tofile(folder / "x.f32")
y.tofile(folder / "y.f32")
x, y = x.astype(np.float64), y.astype(np.float64)

start = time.perf_counter()
solution = np.linalg.lstsq(x, y, rcond=None)[0]
ms = 1000 * (time.perf_counter() - start)

np.ascontiguousarray(solution.T).tofile(folder / "a.f64")
print(json.dumps({"peer": "numpy " + np.__version__, "ms": ms}))
