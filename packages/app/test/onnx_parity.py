# What Python makes of an ONNX file: onnx.checker's verdict, its opset, and onnxruntime's output of float32 values.
# usage: onnx_parity.py MODEL INPUT.bin OUTPUT.bin SIZE SIZE …
import sys

import numpy as np
import onnx
import onnxruntime

path, source, target, *sizes = sys.argv[1:]
model = onnx.load(path)
onnx.checker.check_model(model, full_check=True)
values = np.fromfile(source, np.float32).reshape([int(size) for size in sizes])
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
(output,) = session.run(None, {session.get_inputs()[0].name: values})
output.astype(np.float32).tofile(target)
print(model.opset_import[0].version, *output.shape)
