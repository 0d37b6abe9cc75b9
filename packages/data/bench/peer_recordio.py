"""What a Python loader of face records does, in one process: mxnet's recordio.py in pure Python, and Pillow and OpenCV to decode.

    python3 peer_recordio.py train.rec train.idx    # pip install pillow opencv-python-headless

InsightFace's loader does the same per worker process: seek, read, unpack, decode, one image after the other.
"""
import json
import random
import struct
import sys
import time

MAGIC = b"\x0a\x23\xd7\xce"
RUNS = 3


def load_index(path):
    offsets = {}
    with open(path) as lines:
        for line in lines:
            key, offset = line.split("\t")
            offsets[int(key)] = int(offset)
    return offsets


def read_record(rec, offset=None):
    if offset is not None:
        rec.seek(offset)
    parts = []
    while True:
        header = rec.read(8)
        if len(header) < 8:
            return None
        assert header[:4] == MAGIC
        (word,) = struct.unpack("<I", header[4:])
        flag, length = word >> 29, word & 0x1FFFFFFF
        data = rec.read(length)
        rec.seek(-length % 4, 1)
        if flag in (2, 3):
            parts.append(MAGIC)
        parts.append(data)
        if flag in (0, 3):
            return b"".join(parts)


def image_of(payload):
    flag, label, _, _ = struct.unpack("<IfQQ", payload[:24])
    return payload[24 + 4 * flag:]


def decoders():
    """Functions from JPEG bytes to RGB, by name, of what is installed; and their versions."""
    found, versions = {}, []
    try:
        import io

        import PIL
        from PIL import Image

        found["pil"] = lambda image: Image.open(io.BytesIO(image)).convert("RGB").tobytes()
        versions.append("Pillow " + PIL.__version__)
    except ImportError:
        pass
    try:
        import cv2
        import numpy

        cv2.setNumThreads(1)
        found["cv2"] = lambda image: cv2.cvtColor(cv2.imdecode(numpy.frombuffer(image, numpy.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        versions.append("OpenCV " + cv2.__version__)
    except ImportError:
        pass
    return found, versions


def per_second(count, task):
    """Of the best of three runs."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        task()
        best = min(best, time.perf_counter() - start)
    return count / best


rec_path, idx_path = sys.argv[1:]
offsets = load_index(idx_path)
rec = open(rec_path, "rb")
images = [key for key in offsets if image_of(read_record(rec, offsets[key]))]
random.Random(0).shuffle(images)
found, versions = decoders()


def sequential():
    rec.seek(0)
    while read_record(rec) is not None:
        pass


def decode_all(decode):
    for key in images:
        decode(image_of(read_record(rec, offsets[key])))


result = {
    "peer": ", ".join([f"Python {sys.version.split()[0]}"] + versions),
    "imageBytes": sum(len(image_of(read_record(rec, offsets[key]))) for key in images),
    "randomReads": per_second(len(images), lambda: [image_of(read_record(rec, offsets[key])) for key in images]),
    "sequentialReads": per_second(len(offsets), sequential),
    "decoded": {name: per_second(len(images), lambda: decode_all(decode)) for name, decode in found.items()},
}
print(json.dumps(result))
