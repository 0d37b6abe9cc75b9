# pip install safetensors numpy ml_dtypes; python make-all-dtypes.py > all-dtypes.json: a file by Python's safetensors, in base64, and its values.
import base64
import json
import ml_dtypes
import numpy
from safetensors.numpy import save

TYPES = {"F64": "f8", "F32": "f4", "F16": "f2", "BF16": ml_dtypes.bfloat16, "I64": "i8", "I32": "i4", "I16": "i2", "I8": "i1",
         "U64": "u8", "U32": "u4", "U16": "u2", "U8": "u1", "BOOL": "?"}
arrays = {name: numpy.array([0, 1, 1] if name[0] in "UB" and name != "BF16" else [-2, 0, 1.5], dtype=dtype) for name, dtype in TYPES.items()}
file = save(arrays, {"from": "python"})
print(json.dumps({"file": base64.b64encode(file).decode(), "values": {name: array.astype("f8").tolist() for name, array in arrays.items()}}))
