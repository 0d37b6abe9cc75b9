"""Makes decompositions.json: what numpy, scipy and, in 60 digits, mpmath say of the matrices of ../matrices.ts.

    pip install numpy scipy mpmath; python3 make-reference.py
"""
import json
from pathlib import Path

import mpmath as mp
import numpy as np
import scipy
import scipy.linalg as sl

mp.mp.dps = 60


def random(m, n=None, seed=1):
    n, state, values = n or m, seed, []
    for _ in range(m * n):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**32 - 0.5)
    return np.array(values).reshape(m, n)


def build(n, entry):
    return np.array([[entry(i, j) for j in range(n)] for i in range(n)], dtype=float)


def decay(n):
    return np.diag([2.0 ** -((40 * j) // max(1, n - 1)) for j in range(n)])


hilbert = lambda n: build(n, lambda i, j: 1 / (i + j + 1))
kahan = lambda n: build(n, lambda i, j: 0.8**i * (1 if i == j else -0.6 if j > i else 0))
wilkinson = lambda n: build(n, lambda i, j: abs(i - (n - 1) / 2) if i == j else 1 if abs(i - j) == 1 else 0)
grcar = lambda n: build(n, lambda i, j: -1 if j == i - 1 else 1 if i <= j <= i + 3 else 0)
graded = lambda n: random(n) @ decay(n)
ill = lambda n: random(n, seed=2) @ decay(n) @ random(n, seed=3)
positive = lambda n: random(n) + 2 * np.eye(n)


def exact(values):
    return [float(value) for value in values]


def singular_values(a):
    return exact(sorted(mp.svd_r(mp.matrix(a.tolist()), compute_uv=False), reverse=True))


def eigenvalues(a):
    values = mp.eig(mp.matrix(a.tolist()), left=False, right=False)
    pairs = [(float(mp.re(v)), float(mp.im(v))) for v in values]
    return sorted(pairs, key=lambda v: (-round(abs(complex(*v)), 9), -v[1]))


def entries(matrix):
    return [[float(mp.re(matrix[i, j])) for j in range(matrix.cols)] for i in range(matrix.rows)]


p = mp.matrix(positive(6).tolist())
a, b = random(9, 4), random(9, 2, seed=5)
deficient = np.hstack([a[:, :2], a[:, :1] + a[:, 1:2], a[:, 2:3]])
points, moved = random(12, 5, seed=7), random(12, 5, seed=8)
procrustes, scale = sl.orthogonal_procrustes(points, moved)
polar_q, polar_h = sl.polar(random(7, 4))
reference = {
    "made with": f"numpy {np.__version__}, scipy {scipy.__version__}, mpmath {mp.__version__}",
    "singular values, exact": {
        "hilbert 10": singular_values(hilbert(10)), "kahan 20": singular_values(kahan(20)), "graded 12": singular_values(graded(12)),
        "illConditioned 12": singular_values(ill(12)), "wilkinson 21": singular_values(wilkinson(21)), "random 9 4": singular_values(a),
    },
    "singular values, numpy": {"random 100": np.linalg.svd(random(100), compute_uv=False).tolist(), "illConditioned 80": np.linalg.svd(ill(80), compute_uv=False).tolist()},
    "eigenvalues, exact": {"random 9": eigenvalues(random(9)), "grcar 12": eigenvalues(grcar(12)), "wilkinson 21": eigenvalues(wilkinson(21))},
    "functions of positive 6": {
        "expm": entries(mp.expm(p)), "logm": entries(mp.logm(p)), "sqrtm": entries(mp.sqrtm(p)), "power 0.3": entries(mp.expm(mp.logm(p) * mp.mpf("0.3"))),
        "power -1.7": entries(mp.expm(mp.logm(p) * mp.mpf("-1.7"))), "inverse": entries(p**-1),
    },
    "expm of random 6 times 20": entries(mp.expm(mp.matrix((20 * random(6)).tolist()))),
    "pseudo-inverse of random 9 4": np.linalg.pinv(a).tolist(),
    "least squares": np.linalg.lstsq(a, b, rcond=None)[0].tolist(),
    "least squares, rank 3": np.linalg.lstsq(deficient, b, rcond=None)[0].tolist(),
    "ridge 0.1": np.linalg.solve(a.T @ a + 0.1 * np.eye(4), a.T @ b).tolist(),
    "procrustes": {"Q": procrustes.tolist(), "sum of singular values": scale},
    "polar of random 7 4": {"Q": polar_q.tolist(), "H": polar_h.tolist()},
    "subspace angles of random 10 3 and 10 4": sorted(sl.subspace_angles(random(10, 3), random(10, 4, seed=9)).tolist()),
    "numerical abscissa of grcar 12": float(np.linalg.eigvalsh((grcar(12) + grcar(12).T) / 2)[-1]),
}
Path(__file__).with_name("decompositions.json").write_text(json.dumps(reference, separators=(",", ":")).replace('],"', '],\n"') + "\n")
