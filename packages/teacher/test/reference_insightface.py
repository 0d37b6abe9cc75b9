"""InsightFace's documented steps with its own tools (numpy, OpenCV, onnxruntime): what Lin's analysis is compared with.

stdin: {"pack": folder, "photos": [{"file": raw RGB bytes, "width", "height"}], "detSize", "minScore"}; stdout: JSON, one entry for each photograph.
With "crops": [raw RGB 112x112 files] and "float64": model file, their embeddings by ONNX's reference evaluator in float64.
"""
import json
import sys

import cv2
import numpy as np

TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])


def session(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def run(model, blob):
    return model.run(None, {model.get_inputs()[0].name: blob})


def blob_of(bgr, mean, std):
    size = bgr.shape[1::-1]
    return cv2.dnn.blobFromImage(bgr, 1.0 / std, size, (mean, mean, mean), swapRB=True)


def umeyama(src, dst):
    """Umeyama 1991, equations 34 to 43, by singular values in float64."""
    src_mean, dst_mean = src.mean(axis=0), dst.mean(axis=0)
    covariance = (dst - dst_mean).T @ (src - src_mean) / len(src)
    u, d, vt = np.linalg.svd(covariance)
    s = np.eye(2)
    if np.linalg.det(u) * np.linalg.det(vt) < 0:
        s[1, 1] = -1
    rotation = u @ s @ vt
    scale = np.trace(np.diag(d) @ s) / ((src - src_mean) ** 2).sum(axis=1).mean()
    return np.hstack([scale * rotation, (dst_mean - scale * rotation @ src_mean)[:, None]])


def detect(model, bgr, size, min_score, max_overlap=0.4):
    height, width = bgr.shape[:2]
    ratio = height / width
    new_height, new_width = (size, int(size / ratio)) if ratio > 1 else (int(size * ratio), size)
    scale = new_height / height
    square = np.zeros((size, size, 3), np.uint8)
    square[:new_height, :new_width] = cv2.resize(bgr, (new_width, new_height))
    outputs = run(model, blob_of(square, 127.5, 128.0))
    scores, boxes, points = [], [], []
    for level, stride in enumerate((8, 16, 32)):
        cells = size // stride
        centres = np.stack(np.mgrid[:cells, :cells][::-1], axis=-1).astype(np.float32) * stride
        centres = np.repeat(centres.reshape(-1, 2), 2, axis=0)
        distances = outputs[level + 3] * stride
        taken = np.where(outputs[level].ravel() >= min_score)[0]
        scores.append(outputs[level].ravel()[taken])
        boxes.append(np.hstack([centres - distances[:, :2], centres + distances[:, 2:]])[taken])
        points.append((np.tile(centres, 5) + outputs[level + 6] * stride)[taken])
    scores = np.concatenate(scores)
    order = scores.argsort(kind="stable")[::-1]
    boxes = (np.vstack(boxes) / scale).astype(np.float32)[order]
    points = (np.vstack(points) / scale).astype(np.float32)[order]
    scores = scores[order]
    areas = (boxes[:, 2] - boxes[:, 0] + 1) * (boxes[:, 3] - boxes[:, 1] + 1)
    left, keep = scores.argsort(kind="stable")[::-1], []
    while left.size:
        best, rest = left[0], left[1:]
        keep.append(best)
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        sides = np.maximum(0.0, high - low + 1)
        shared = sides[:, 0] * sides[:, 1]
        left = rest[shared / (areas[best] + areas[rest] - shared) <= max_overlap]
    return [(boxes[i], scores[i], points[i]) for i in keep]


def around(bgr, box, size):
    scale = size / (max(box[2] - box[0], box[3] - box[1]) * 1.5)
    centre = (box[:2].astype(float) + box[2:]) / 2
    matrix = np.array([[scale, 0, size / 2 - centre[0] * scale], [0, scale, size / 2 - centre[1] * scale]])
    return cv2.warpAffine(bgr, matrix, (size, size), borderValue=0.0), matrix


def landmarks(model, bgr, box, count, dimensions):
    crop, matrix = around(bgr, box, 192)
    points = run(model, blob_of(crop, 0.0, 1.0))[0][0].reshape(-1, dimensions)[-count:].copy()
    points[:, :2] = (points[:, :2] + 1) * 96
    inverse = cv2.invertAffineTransform(matrix)
    placed = points.astype(np.float64)
    placed[:, :2] = points[:, :2] @ inverse[:, :2].T + inverse[:, 2]
    if dimensions == 3:
        placed[:, 2] = points[:, 2] * 96 * np.hypot(inverse[0, 0], inverse[0, 1])
    return placed.ravel().tolist()


def analyse(job):
    names = {"detection": "det_10g", "recognition": "w600k_r50", "landmarks106": "2d106det", "landmarks68": "1k3d68", "genderAge": "genderage"}
    models = {task: session(f"{job['pack']}/{name}.onnx") for task, name in names.items()}
    photos = []
    for photo in job["photos"]:
        rgb = np.fromfile(photo["file"], np.uint8).reshape(photo["height"], photo["width"], 3)
        bgr = np.ascontiguousarray(rgb[..., ::-1])
        faces = []
        for box, score, points in detect(models["detection"], bgr, job["detSize"], job["minScore"]):
            matrix = umeyama(points.reshape(5, 2).astype(np.float64), TEMPLATE)
            crop = cv2.warpAffine(bgr, matrix, (112, 112), borderValue=0.0)
            embedding = run(models["recognition"], blob_of(crop, 127.5, 127.5))[0][0]
            female, male, age = run(models["genderAge"], blob_of(around(bgr, box, 96)[0], 0.0, 1.0))[0][0]
            faces.append({
                "box": box.tolist(), "score": float(score), "landmarks": points.tolist(), "matrix": matrix.ravel().tolist(), "crop": crop[..., ::-1].ravel().tolist(),
                "embedding": embedding.tolist(), "sex": "male" if male > female else "female", "age": int(np.round(age * 100)),
                "landmarks106": landmarks(models["landmarks106"], bgr, box, 106, 2), "landmarks68": landmarks(models["landmarks68"], bgr, box, 68, 3),
            })
        photos.append(faces)
    return {"opencv": cv2.__version__, "photos": photos}


def float64(job):
    import onnx
    from onnx import numpy_helper
    from onnx.reference import ReferenceEvaluator

    model = onnx.load(job["float64"])
    for weight in model.graph.initializer:
        if weight.data_type == onnx.TensorProto.FLOAT:
            weight.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float64), weight.name))
    for value in [*model.graph.input, *model.graph.output, *model.graph.value_info]:
        value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    evaluator = ReferenceEvaluator(model)
    embeddings = []
    for file in job["crops"]:
        rgb = np.fromfile(file, np.uint8).reshape(112, 112, 3).astype(np.float64)
        blob = ((rgb - 127.5) / 127.5).transpose(2, 0, 1)[None]
        embeddings.append(evaluator.run(None, {model.graph.input[0].name: blob})[0][0].tolist())
    return {"embeddings": embeddings}


job = json.load(sys.stdin)
print(json.dumps(float64(job) if "float64" in job else analyse(job)))
