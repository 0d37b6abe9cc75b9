"""numpy's time for the decompositions of @lin/operator, on the same matrices.

    python3 peer_numpy.py 128 256        # pip install numpy
"""
import json
import statistics
import sys
import time

import numpy as np

RUNS = 7


def matrix(n):
    """Entries of a linear congruential generator (Numerical Recipes), row by row: the same as the bench's own."""
    state, values = 1, []
    for _ in range(n * n):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**32 - 0.5)
    return np.array(values).reshape(n, n)


def milliseconds(task):
    task()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        task()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


rows = []
for n in map(int, sys.argv[1:]):
    a = matrix(n)
    rows.append({
        "n": n,
        "ms": {
            "svd": milliseconds(lambda: np.linalg.svd(a)),
            "pinv": milliseconds(lambda: np.linalg.pinv(a)),
            "qr": milliseconds(lambda: np.linalg.qr(a)),
            "solve": milliseconds(lambda: np.linalg.solve(a, a)),
            "eigenSymmetric": milliseconds(lambda: np.linalg.eigh(a.T @ a)),
            "eigenvalues": milliseconds(lambda: np.linalg.eigvals(a)),
        },
        "singularValues": np.linalg.svd(a, compute_uv=False).tolist(),
    })
print(json.dumps({"peer": "numpy " + np.__version__, "rows": rows}))
