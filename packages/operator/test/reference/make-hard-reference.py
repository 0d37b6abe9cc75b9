"""Makes hard-cases.json: what mpmath says, in 100 digits or more, of matrices that defeat an algorithm as textbooks give it.

    pip install mpmath; python3 make-hard-reference.py
"""
import json
from pathlib import Path

import mpmath as mp

mp.mp.dps = 100


def random(m, n, seed=1):
    """As in ../matrices.ts."""
    state, values = seed, []
    for _ in range(m * n):
        state = (1664525 * state + 1013904223) % 2**32
        values.append(state / 2**32 - 0.5)
    return mp.matrix(m, n) + mp.matrix([values[i * n:(i + 1) * n] for i in range(m)])


def entries(a):
    return [[float(mp.re(a[i, j])) for j in range(a.cols)] for i in range(a.rows)]


def floats(rows):
    return [[float(value) for value in row] for row in rows]


def exponential(rows):
    """By Taylor's series of the matrix divided by 2^k, in digits that survive the squarings."""
    a = mp.matrix(rows)
    size = max(1, int(mp.log(mp.norm(a, 1) + 1, 2)) + 1)
    with mp.workdps(200 + 6 * size):
        scaled, term, total, k = a / mp.mpf(2) ** size, mp.eye(a.rows), mp.eye(a.rows), 0
        while mp.norm(term, 1) > mp.mpf(10) ** -(150 + 4 * size):
            k += 1
            term = term * scaled / k
            total += term
        for _ in range(size):
            total = total * total
    return entries(total)


def power(rows, numerator, denominator):
    """Principal, by eigenvectors; mpmath's logm leaves the principal branch near the negative axis, and serves for defective matrices only."""
    a, p = mp.matrix(rows), mp.mpf(numerator) / denominator
    values, vectors = mp.eig(a)
    if min((abs(x - y) for i, x in enumerate(values) for y in values[:i]), default=1) < mp.mpf(10) ** -20:
        return entries(mp.expm(mp.logm(a) * p, method="taylor"))
    return entries(vectors * mp.diag([value**p for value in values]) * mp.inverse(vectors))


def triangular(c):
    return floats([[1, 5, 2], [0, c**0.5, 3], [0, 0, c]])


EXPONENTIALS = {
    "far beside the diagonal, 1e3": [[1, 1e3], [0, -1]],
    "far beside the diagonal, 1e15": [[1, 1e15], [0, -1]],
    "equal eigenvalues, 1.2e9": [[1, 1.2e9], [0, 1]],
    "lower triangular, 1e9": [[1, 0, 0], [1e9, -1, 0], [0.5, 1e9, 0.25]],
    "block triangular, 1e6": [[0, 6, 0, 0], [-6, 0, 0, 0], [1e6, 0, 0, 1], [0, 1e6, -1, 0]],
    "nilpotent, 1e100": [[0, 1e100, 0], [0, 0, 1e-90], [0, 0, 0]],
    "not normal, 1e5 (Al-Mohy and Higham, 2009, equation 1.2)": [[0.5, 1e5, 0, 0], [0, -0.5, 0, 0], [0, 0, 0.1, 7], [0, 0, -7, 0.1]],
    "decaying, -1e4": [[-1e4, 9e3], [9e3, -1e4]],
    "scales 1e200 apart": [[0, 1e100], [1e-100, 0]],
    "defective, 3 in a row": [[2, 1, 0], [0, 2, 1], [0, 0, 2]],
    "tiny": [[1e-200, 2e-200], [3e-200, 4e-200]],
}
POWERS = {
    "square root, c = 1e-6": (triangular(1e-6), 1, 2), "square root, c = 1e-14": (triangular(1e-14), 1, 2),
    "cube root, c = 1e-10": (triangular(1e-10), 1, 3), "power -1/2, c = 1e-6": (triangular(1e-6), -1, 2),
    "power 0.9 of close eigenvalues": ([[2, 1e4, 0], [0, 2 + 2**-40, 1e4], [0, 0, 2]], 9, 10),
    "power 1/5 of a Jordan block": ([[3, 1, 0, 0], [0, 3, 1, 0], [0, 0, 3, 1], [0, 0, 0, 3]], 1, 5),
    "power 7/2 of a rotation": ([[0.6, -0.8], [0.8, 0.6]], 7, 2),
    "power 1/3 near the cut": ([[-1, -0.01], [0.01, -1]], 1, 3),
    "power -9/4": ([[4, 1, 0], [1, 3, -2], [0, 2, 5]], -9, 4),
    "power 1/2 of eigenvalues 1e-8 to 1e8": ([[1e8, 1e4, 7], [0, 1, 1e-2], [0, 0, 1e-8]], 1, 2),
}


def product_root(n, first, second):
    """Square root of S1 S2, S = XᵀX of fewer samples than numbers, by S1 S2 = P Q, root P (Q P)^(-1/2) Q."""
    x, y = random(first, n), random(second, n, 2)
    p, q = x.T, x * y.T * y
    return p * mp.inverse(mp.sqrtm(q * p)) * q


def scaled_fit():
    """Least squares in units 1e-9 and 1e9: random(20, 2, 3) with its columns multiplied, b = random(20, 1, 4)."""
    a = random(20, 2, 3)
    for i in range(20):
        a[i, 0], a[i, 1] = mp.mpf(float(a[i, 0]) * 1e-9), mp.mpf(float(a[i, 1]) * 1e9)
    return entries(mp.lu_solve(a.T * a, a.T * random(20, 1, 4)))


root = product_root(12, 4, 6)
reference = {
    "made with": f"mpmath {mp.__version__}",
    "exponentials": {name: {"matrix": floats(rows), "exponential": exponential(rows)} for name, rows in EXPONENTIALS.items()},
    "powers": {name: {"matrix": floats(rows), "power": n / d, "result": power(rows, n, d)} for name, (rows, n, d) in POWERS.items()},
    "root of a product of covariances, 4 and 6 samples of 12": {"root": entries(root), "trace": float(mp.re(sum(root[i, i] for i in range(12))))},
    "solution in units 1e-12, 1 and 1e12": entries(mp.lu_solve(mp.matrix([[1e-12, 2e-12, 3e-12], [4, 5, 6], [7e12, 8e12, 10e12]]), mp.matrix([[1e-12], [3], [3e12]]))),
    "least squares in units 1e-9 and 1e9": scaled_fit(),
}
Path(__file__).with_name("hard-cases.json").write_text(json.dumps(reference, separators=(",", ":")).replace("},\"", "},\n\"") + "\n")
