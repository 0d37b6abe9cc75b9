# pip install numpy ml_dtypes; python make-half.py > half.json: float32 values as bits, and the bits that numpy and ml_dtypes round them to.
import json
import ml_dtypes
import numpy

numpy.seterr(all="ignore")
random = numpy.random.default_rng(1)
halves = numpy.arange(0, 65536, 331, dtype=numpy.uint16)
exact = numpy.concatenate([halves.view(numpy.float16).astype(numpy.float32), halves.view(ml_dtypes.bfloat16).astype(numpy.float32)])
ties = numpy.concatenate([  # halfway between neighbours, and a float32 unit on either side
    (exact.view(numpy.uint32)[:, None] + numpy.uint32(step) + numpy.array([-1, 0, 1]).astype(numpy.uint32)).ravel()
    for step in (0x8000, 0x1000)])
tiny = numpy.array([2.0**-24, 2.0**-25, 1.5 * 2.0**-25, 3 * 2.0**-25, 2.0**-133, 2.0**-134, 3 * 2.0**-134, 65504, 65519.996, 65520, 3.3895314e38, 3.4e38, 0, -0.0, numpy.inf, -numpy.inf], numpy.float32)
bits = numpy.concatenate([exact.view(numpy.uint32), ties, tiny.view(numpy.uint32), random.integers(0, 2**32, 300, dtype=numpy.uint32)])
values = bits.view(numpy.float32)
bits = bits[~numpy.isnan(values)]
values = bits.view(numpy.float32)
print(json.dumps({"float32": bits.tolist(), "F16": values.astype(numpy.float16).view(numpy.uint16).tolist(), "BF16": values.astype(ml_dtypes.bfloat16).view(numpy.uint16).tolist()}))
