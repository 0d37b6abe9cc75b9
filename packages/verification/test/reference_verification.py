"""What the verification protocols give, derived in numpy as literally as they are defined, and by scikit-learn and scipy where they are there.

    python reference_verification.py '{"kind": "embeddings", "seed": 1, "pairs": 600, "size": 16, "noise": 2}'   prints the figures of one case
    python reference_verification.py --write                writes figures.json beside this file (needs numpy, scipy, scikit-learn)

Definitions: InsightFace, recognition/arcface_torch/eval/verification.py and onnx_ijbc.py. Data come from SplitMix32, which random.ts has too.
"""
import json
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MASK = 0xFFFFFFFF


class Random:
    """SplitMix32, as random.ts seeds and steps it."""

    def __init__(self, seed):
        self.state = self.mix(seed)

    @staticmethod
    def mix(value):
        z = value & MASK
        z = ((z ^ (z >> 16)) * 0x21F0AAAD) & MASK
        z = ((z ^ (z >> 15)) * 0x735A2D97) & MASK
        return z ^ (z >> 15)

    def uniform(self):
        self.state = (self.state + 0x9E3779B9) & MASK
        return self.mix(self.state) / 2.0**32


def embeddings_of(case):
    """Pair after pair, its two rows: one person's where the flag is set, else two persons'. Of every 20 pairs, 10 of one person come first."""
    random, size = Random(case["seed"]), case["size"]
    vector = lambda scale: [scale * (2 * random.uniform() - 1) for _ in range(size)]
    rows, same = [], []
    for pair in range(case["pairs"]):
        same.append(pair % 20 < 10)
        person = vector(1)
        other = person if same[-1] else vector(1)
        for face in (person, other):
            rows.append([a + b for a, b in zip(face, vector(case["noise"]))])
    return np.array(rows), np.array(same)


def distances_of(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.square(unit[0::2] - unit[1::2]).sum(axis=1)


def folds_of(pairs, count=10):
    return np.array_split(np.arange(pairs), count)


def rest(pairs, fold):
    return np.setdiff1d(np.arange(pairs), fold)


def right_share(threshold, distances, same):
    return np.mean((distances < threshold) == same)


def fold_accuracy(distances, same):
    grid = np.arange(0, 4, 0.01)
    accuracies, chosen = [], []
    for fold in folds_of(len(same)):
        train = rest(len(same), fold)
        best = int(np.argmax([right_share(t, distances[train], same[train]) for t in grid]))
        chosen.append(grid[best])
        accuracies.append(right_share(grid[best], distances[fold], same[fold]))
    return {"folds": accuracies, "thresholds": chosen, "mean": np.mean(accuracies), "std": np.std(accuracies)}


def validation_rate(distances, same, target=1e-3):
    grid = np.arange(0, 4, 0.001)
    accepted = lambda threshold, pairs, kind: np.sum((distances[pairs] < threshold) & (same[pairs] == kind)) / np.sum(same[pairs] == kind) if np.any(same[pairs] == kind) else np.nan
    vals, fars = [], []
    for fold in folds_of(len(same)):
        train = rest(len(same), fold)
        far_train = np.array([accepted(t, train, False) for t in grid])
        threshold = np.interp(target, far_train, grid) if far_train.max() >= target else 0.0
        vals.append(accepted(threshold, fold, True))
        fars.append(accepted(threshold, fold, False))
    return {"val": np.mean(vals), "std": np.std(vals), "measuredFar": np.mean(fars)} if np.isfinite(vals + fars).all() else None


def sweep(scores, same):
    """Of scikit-learn and scipy: the ROC curve, its area and the equal error rate, and Wilson's interval at FAR 0.01."""
    from scipy.interpolate import interp1d
    from scipy.optimize import brentq
    from scipy.stats import binomtest
    from sklearn.metrics import roc_auc_score, roc_curve

    fpr, tpr, thresholds = roc_curve(same, scores, drop_intermediate=False)
    at = int(np.flatnonzero(fpr <= 0.01)[-1])
    genuine = int(np.sum(same))
    accepted = round(tpr[at] * genuine)
    interval = binomtest(accepted, genuine).proportion_ci(method="wilson")
    return {
        "auc": roc_auc_score(same, scores),
        "eer": brentq(lambda x: 1.0 - x - interp1d(fpr, tpr)(x), 0.0, 1.0, xtol=1e-13),
        "bestAccuracy": max(np.mean((scores >= t) == same) for t in thresholds),
        "tarAtFar1e-2": {"far": fpr[at], "tar": tpr[at], "low": interval.low, "high": interval.high},
        "roc": {"fpr": fpr, "tpr": tpr} if len(fpr) <= 100 else None,
    }


def ijb(case):
    """N1D1F1: flip sum × detector score, mean over a medium, sum over media, unit length; TPR at the nearest FPR."""
    random, size = Random(case["seed"]), case["size"]
    meta = os.path.join(HERE, "ijb", "meta", case["release"].lower())
    scores = np.array([line.split()[-1] for line in open(meta + "_name_5pts_score.txt")], dtype=np.float32)
    face_ids = np.array([line.split()[1:] for line in open(meta + "_face_tid_mid.txt")], dtype=int)
    pairs = np.array([line.split() for line in open(meta + "_template_pair_label.txt")], dtype=int)
    # float32, as a network gives them: an image's features, then its flip's
    raw = np.array([[2 * random.uniform() - 1 + 2 * np.sin(tid % 4 + i) for i in range(size)] for tid in np.repeat(face_ids[:, 0], 2)], dtype=np.float32).astype(np.float64)
    features = (raw[0::2] + raw[1::2]) * scores[:, None]
    templates = {}
    for tid in np.unique(face_ids[:, 0]):
        total = np.zeros(size)
        for mid in np.unique(face_ids[face_ids[:, 0] == tid, 1]):
            total += features[(face_ids[:, 0] == tid) & (face_ids[:, 1] == mid)].mean(axis=0)
        templates[tid] = total / np.linalg.norm(total)
    similarity = np.array([templates[a] @ templates[b] for a, b, _ in pairs])
    result = {"similarity": similarity[:200]}
    try:
        from sklearn.metrics import roc_curve
    except ImportError:
        return result
    fpr, tpr, _ = roc_curve(pairs[:, 2], similarity)
    fpr, tpr = fpr[::-1], tpr[::-1]
    result["tarAtFar"] = {str(far): tpr[min(range(len(fpr)), key=lambda i: (abs(fpr[i] - far), i))] for far in (1e-1, 1e-2, 1e-3)}
    return result


def write_ijb_meta(release, seed, images, templates, pairs):
    """A small folder of meta files: videos (media of several images), templates whose numbers have gaps, images in no order."""
    random = Random(seed)
    meta = os.path.join(HERE, "ijb", "meta")
    os.makedirs(meta, exist_ok=True)
    at = os.path.join(meta, release.lower())
    pick = lambda bound: int(random.uniform() * bound)
    ids = [(3 * (i % templates) + 5, 7 * pick(3) + i % templates) for i in range(images)]
    with open(at + "_name_5pts_score.txt", "w") as landmarks, open(at + "_face_tid_mid.txt", "w") as faces:
        for i, (tid, mid) in enumerate(ids):
            points = [f"{20 + 80 * random.uniform():.3f}" for _ in range(10)]
            landmarks.write(f"{i + 1}.png {' '.join(points)} {0.5 + 0.5 * random.uniform():.6f}\n")
            faces.write(f"{i + 1}.png {tid} {mid}\n")
    with open(at + "_template_pair_label.txt", "w") as out:
        for _ in range(pairs):
            a = pick(templates)
            b = (a + 1 + pick(templates - 1)) % templates  # never itself: 1 up to the last bit would tie or not by the order of a sum
            out.write(f"{3 * a + 5} {3 * b + 5} {int((3 * a + 5) % 4 == (3 * b + 5) % 4 and random.uniform() < 0.9)}\n")


def figures(case, with_peers):
    if case["kind"] == "ijb":
        return ijb(case)
    if case["kind"] == "scores":  # few distinct ones, so that many tie
        random = Random(case["seed"])
        same = np.array([random.uniform() < 0.4 for _ in range(case["pairs"])])
        scores = np.array([np.floor(case["levels"] * (random.uniform() + 0.3 * flag)) for flag in same])
        return sweep(scores, same)
    rows, same = embeddings_of(case)
    distances = distances_of(rows)
    own = {"accuracy": fold_accuracy(distances, same), "validation": validation_rate(distances, same)}
    return {**own, "sweep": sweep(-distances, same)} if with_peers else own


CASES = [
    {"kind": "embeddings", "seed": 1, "pairs": 6000, "size": 16, "noise": 1.2},
    {"kind": "embeddings", "seed": 2, "pairs": 2407, "size": 8, "noise": 0.8},
    {"kind": "embeddings", "seed": 3, "pairs": 60, "size": 4, "noise": 1.0},
    {"kind": "scores", "seed": 4, "pairs": 500, "levels": 20},
    {"kind": "scores", "seed": 5, "pairs": 40, "levels": 3},
    {"kind": "ijb", "release": "IJBB", "seed": 6, "size": 6},
]


def plain(value):
    return value.item() if isinstance(value, np.generic) else value.tolist()


if sys.argv[1] == "--write":
    write_ijb_meta("IJBB", 7, 90, 24, 1500)
    with open(os.path.join(HERE, "figures.json"), "w") as out:
        out.write("[\n" + ",\n".join(json.dumps({"case": case, "figures": figures(case, True)}, default=plain) for case in CASES) + "\n]\n")
else:
    print(json.dumps(figures(json.loads(sys.argv[1]), False), default=plain))
