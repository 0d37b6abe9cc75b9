"""Least-squares fits by numpy and scipy, for the tests of fitOperator.

    python3 make-fit-reference.py > fit.json        # pip install numpy scipy
"""
import json
import sys

import numpy as np
import scipy.linalg

MASK = 2**64 - 1


def uniform(seed, count):
    """The generator of test/operators.ts: numbers in [-1, 1)."""
    state = (seed * 2654435761 + 1) & MASK
    values = []
    for _ in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) & MASK
        values.append((state >> 33) / 2**30 - 1)
    return np.array(values)


def latents(seed, rows, n, m, decay):
    """x with columns graded from 1 to `decay`, mixed; y a linear map of x and noise of a tenth."""
    values = uniform(seed, rows * n + n * n + m * n + rows * m)
    x, mix, a, noise = np.split(values, np.cumsum([rows * n, n * n, m * n]))
    grade = decay ** (np.arange(n) / max(1, n - 1))
    x = (x.reshape(rows, n) * grade) @ scipy.linalg.qr(mix.reshape(n, n))[0].T
    return x, x @ a.reshape(m, n).T + 0.1 * noise.reshape(rows, m)


def residual(a, x, y):
    return float(np.sum((x @ a.T - y) ** 2))


def augmented(x, y, ridge, prior=None):
    """Whose plain least squares is the ridge towards the prior, or zero."""
    n, m = x.shape[1], y.shape[1]
    prior = np.zeros((m, n)) if prior is None else prior
    return np.vstack([x, np.sqrt(ridge) * np.eye(n)]), np.vstack([y, np.sqrt(ridge) * prior.T])


def ridge_fit(x, y, ridge):
    return np.linalg.lstsq(*augmented(x, y, ridge), rcond=None)[0].T


def rank_errors(x, y):
    """Best residual of each rank, from the singular values of the full fit's predictions."""
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    left = np.sum((y - fitted) ** 2)
    values = np.linalg.svd(fitted, compute_uv=False)[: min(x.shape[1], y.shape[1])]
    return [float(left + np.sum(values[k:] ** 2)) for k in range(len(values) + 1)]


def low_rank_fit(x, y, rank):
    full = np.linalg.lstsq(x, y, rcond=None)[0].T
    w = np.linalg.svd(x @ full.T, full_matrices=False)[2][:rank].T
    return w @ w.T @ full


def case(name, seed, rows, n, m, decay, ridge=0.0, rank=2):
    x, y = latents(seed, rows, n, m, decay)
    full = ridge_fit(x, y, ridge) if ridge else np.linalg.lstsq(x, y, rcond=None)[0].T
    result = {
        "name": name, "ridge": ridge, "rank": rank, "x": x.tolist(), "y": y.tolist(), "matrix": full.tolist(), "residual": residual(full, x, y),
        "r2": 1 - residual(full, x, y) / float(np.sum((y - y.mean(0)) ** 2)),
        "condition": float(np.linalg.cond(x)) if rows >= n else None,
    }
    if not ridge:
        low = low_rank_fit(x, y, rank)
        result |= {"rankErrors": rank_errors(x, y), "lowRank": low.tolist(), "lowRankResidual": residual(low, x, y)}
    if n == m and not ridge:
        q = scipy.linalg.orthogonal_procrustes(x, y)[0].T
        result |= {"orthogonal": q.tolist(), "orthogonalResidual": residual(q, x, y)}
    return result


def prior_case(name, seed, rows, n, m, decay, ridge, rank=2):
    """A ridge towards a random operator; without a ridge, of the least-squares fits the one nearest to it."""
    x, y = latents(seed, rows, n, m, decay)
    prior = uniform(seed + 1000, m * n).reshape(m, n)
    whole = augmented(x, y, ridge, prior) if ridge else (x, y)
    full = prior + np.linalg.lstsq(whole[0], whole[1] - whole[0] @ prior.T, rcond=None)[0].T
    low = low_rank_fit(*whole, rank) if ridge else None
    return {
        "name": name, "ridge": ridge, "rank": rank, "x": x.tolist(), "y": y.tolist(), "towards": prior.tolist(),
        "matrix": full.tolist(), "residual": residual(full, x, y),
    } | ({"lowRank": low.tolist(), "rankErrors": rank_errors(*whole)} if ridge else {})


json.dump(
    {
        "by": f"numpy {np.__version__}, scipy {scipy.__version__}",
        "cases": [
            case("square", 1, 40, 5, 5, 1.0),
            case("onto fewer coordinates", 2, 40, 6, 3, 0.5),
            case("onto more coordinates", 3, 40, 3, 6, 0.5),
            case("ridge", 4, 40, 5, 4, 0.5, ridge=0.7),
            case("condition of about 1e2", 5, 60, 5, 4, 1e-2),
            case("condition of about 1e7", 6, 60, 5, 4, 1e-7),
            case("fewer rows than coordinates", 7, 4, 6, 3, 1.0),
            case("one coordinate", 8, 10, 1, 1, 1.0, rank=1),
        ],
        "priors": [
            prior_case("a weak pull", 11, 40, 5, 4, 0.5, ridge=0.01),
            prior_case("a strong pull", 12, 40, 4, 5, 0.5, ridge=30.0),
            prior_case("fewer rows than coordinates", 13, 4, 6, 3, 1.0, ridge=0.7),
            prior_case("fewer rows than coordinates, no ridge", 14, 4, 6, 3, 1.0, ridge=0.0),
        ],
    },
    sys.stdout,
)
