"""Reads every pack of a folder by Python's own pickle, with only the globals that Lin allows: one JSON line each, null where it cannot be read."""
import json
import os
import pickle
import resource
import sys

import numpy as np

ALLOWED = {
    ("_codecs", "encode"), ("__builtin__", "bytes"), ("builtins", "bytes"), ("numpy", "dtype"), ("numpy", "ndarray"),
    *((f"numpy.{core}.{module}", name) for core in ("core", "_core") for module, name in (("multiarray", "_reconstruct"), ("multiarray", "scalar"), ("numeric", "_frombuffer"))),
}

resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))  # some ask for terabytes


class Restricted(pickle._Unpickler):  # the one in Python: the one in C allocates whatever memo it is told to
    def find_class(self, module, name):
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module.replace("_core", "core") if not hasattr(np, "_core") else module, name)


def read(path):
    with open(path, "rb") as f:
        bins, flags = Restricted(f, encoding="bytes").load()
    images = [image.tobytes() if isinstance(image, np.ndarray) else bytes(image) for image in bins]
    return {"images": [image.hex() for image in images], "same": [bool(flag) for flag in flags]}


for name in sorted(os.listdir(sys.argv[1])):
    try:
        print(json.dumps(read(os.path.join(sys.argv[1], name))))
    except Exception:  # of whatever kind: these files are damaged
        print("null")
