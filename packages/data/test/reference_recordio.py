"""A reader and a writer of MXNet RecordIO image records in Python's standard library alone, written from the format:
dmlc-core include/dmlc/recordio.h and src/recordio.cc (framing), mxnet python/mxnet/recordio.py (IRHeader, .idx), InsightFace face2rec2.py (layout).

    python3 reference_recordio.py read      < JSON  [{"folder"}, ...]: prints for each one [key, flag, [labels], id, sha256 of the image, its length] per .idx row
    python3 reference_recordio.py write     < JSON  [{"folder", "records": [[key, label or [labels], id, hex of the image], ...]}, ...]
    python3 reference_recordio.py face2rec2 < JSON  [{"folder", "identities": [[hex of an image, ...], ...]}, ...]
Each folder has, or gets, a train.rec and a train.idx.
"""
import hashlib
import json
import os
import struct
import sys

MAGIC = struct.pack("<I", 0xCED7230A)
HEADER = "<IfQQ"


def write_record(file, data):
    """Returns where it begins."""
    begin = file.tell()
    parts, last = [], 0
    for at in range(0, len(data) - 3, 4):
        if data[at : at + 4] == MAGIC:
            parts.append(data[last:at])
            last = at + 4
    parts.append(data[last:])
    for i, part in enumerate(parts):
        flag = 0 if len(parts) == 1 else 1 if i == 0 else 3 if i == len(parts) - 1 else 2
        file.write(MAGIC + struct.pack("<I", flag << 29 | len(part)) + part + b"\0" * (-len(part) % 4))
    return begin


def read_record(file):
    parts = []
    while True:
        magic, word = struct.unpack("<4sI", file.read(8))
        assert magic == MAGIC, magic
        flag, length = word >> 29, word & (1 << 29) - 1
        assert (flag in (0, 1)) == (not parts), flag
        parts.append(file.read(length))
        file.read(-length % 4)
        if flag in (0, 3):
            return MAGIC.join(parts)


def pack(label, id, image):
    if isinstance(label, (int, float)):
        return struct.pack(HEADER, 0, label, id, 0) + image
    return struct.pack(HEADER, len(label), 0, id, 0) + struct.pack(f"<{len(label)}f", *label) + image


def unpack(payload):
    size = struct.calcsize(HEADER)
    flag, label, id, _ = struct.unpack(HEADER, payload[:size])
    labels = list(struct.unpack(f"<{flag}f", payload[size : size + 4 * flag])) if flag else [label]
    return flag, labels, id, payload[size + 4 * flag :]


def read(rec_path, idx_path):
    rows = []
    with open(rec_path, "rb") as rec, open(idx_path) as idx:
        for line in idx:
            key, offset = map(int, line.split("\t"))
            rec.seek(offset)
            flag, labels, id, image = unpack(read_record(rec))
            rows.append([key, flag, labels, id, hashlib.sha256(image).hexdigest(), len(image)])
    return rows


def write(rec_path, idx_path, records):
    with open(rec_path, "wb") as rec, open(idx_path, "w") as idx:
        for key, label, id, image in records:
            idx.write(f"{key}\t{write_record(rec, pack(label, id, bytes.fromhex(image)))}\n")


def face2rec2(identities):
    """Its records, in its order: images, key 0, identities."""
    records, ranges = [], []
    for identity, images in enumerate(identities):
        first = len(records) + 1
        for image in images:
            records.append([len(records) + 1, [identity, 1], len(records) + 1, image])
        ranges.append([first, len(records) + 1])
    end = len(records) + 1
    records.append([0, [end, end + len(ranges)], 0, ""])
    return records + [[end + i, label, end + i, ""] for i, label in enumerate(ranges)]


command = sys.argv[1]
answers = []
for job in json.load(sys.stdin):
    paths = [os.path.join(job["folder"], name) for name in ("train.rec", "train.idx")]
    if command == "read":
        answers.append(read(*paths))
    else:
        write(*paths, job["records"] if command == "write" else face2rec2(job["identities"]))
print(json.dumps(answers))
