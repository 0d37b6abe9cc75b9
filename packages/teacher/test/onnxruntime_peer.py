"""What Python's onnxruntime makes of a model.

    python3 onnxruntime_peer.py embed model.onnx crops.bin out.bin     RGB bytes [N, 112, 112, 3] -> float32 [N, embedding], float32 planes by InsightFace's rule
    python3 onnxruntime_peer.py quantise model.onnx crops.bin folder   writes dynamic.onnx, static.onnx (int8) and half.onnx (float16) by onnxruntime's own tools
"""
import sys

import numpy as np


def planes_of(path):
    crops = np.fromfile(path, np.uint8).reshape(-1, 112, 112, 3)
    return np.ascontiguousarray(((crops.astype(np.float32) - 127.5) / 127.5).transpose(0, 3, 1, 2))


def embed(model, crops, out):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.log_severity_level = 4
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    session.run(None, {session.get_inputs()[0].name: planes_of(crops)})[0].astype(np.float32).tofile(out)


def quantise(model, crops, folder):
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_dynamic, quantize_static
    from onnxruntime.transformers.float16 import convert_float_to_float16

    class Reader(CalibrationDataReader):
        def __init__(self):
            name = onnx.load(model).graph.input[0].name
            self.batches = iter([{name: planes_of(crops)}])

        def get_next(self):
            return next(self.batches, None)

    quantize_dynamic(model, folder + "/dynamic.onnx", weight_type=QuantType.QUInt8)
    quantize_static(model, folder + "/static.onnx", Reader())  # per_channel would need opset 13
    onnx.save(convert_float_to_float16(onnx.load(model)), folder + "/half.onnx")


{"embed": embed, "quantise": quantise}[sys.argv[1]](*sys.argv[2:])
