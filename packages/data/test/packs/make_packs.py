"""Writes verification packs as each Python writes them: python make_packs.py FOLDER. The committed ones: numpy 1.26 and numpy 2.4, Python 3.11.

Every pack holds the same six images (of bytes that escape badly, none of them a picture) and the flags True, False, True.
"""
import os
import pickle
import struct
import sys

EVERY_BYTE = bytes(range(256))
IMAGES = [EVERY_BYTE * 3, b"'\\\n\r\t\"\\x41\\u0041\x00\x1a", b"", EVERY_BYTE, EVERY_BYTE[::-1], b"\xff\xd8 jpeg \xff\xd9"]
IMAGES[3] = IMAGES[4]  # one object twice: the second is recalled from the memo
FLAGS = [True, False, True]


def python2_protocol2(images, flags):
    """cPickle of Python 2: str as SHORT_BINSTRING below 256 bytes, else BINSTRING."""
    out = b"\x80\x02]q\x01("
    for i, image in enumerate(images):
        out += b"U" + struct.pack("<B", len(image)) if len(image) < 256 else b"T" + struct.pack("<i", len(image))
        out += image + b"q" + bytes([i + 2])
    return out + b"e]q\x20(" + b"".join(b"\x88" if flag else b"\x89" for flag in flags) + b"e\x86q\x21."


def python2_protocol0(images, flags):
    """Its repr, as STRING."""
    def literal(image):
        body = "".join(
            {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(c, c if 32 <= ord(c) < 127 else "\\x%02x" % ord(c)) for c in image.decode("latin1")
        )
        quote = '"' if "'" in body and '"' not in body else "'"
        return (quote + body.replace(quote, "\\" + quote) + quote).encode("ascii")

    out = b"((lp1\n"
    for i, image in enumerate(images):
        out += b"S" + literal(image) + b"\np%d\na" % (i + 2)
    return out + b"(lp32\n" + b"".join(b"I01\na" if flag else b"I00\na" for flag in flags) + b"tp33\n."


def write(folder, name, content):
    bins, flags = pickle.loads(content, encoding="bytes")
    as_bytes = [bytes(image) if isinstance(image, bytes) else image.tobytes() for image in bins]
    assert as_bytes == IMAGES and [bool(flag) for flag in flags] == FLAGS, name
    with open(os.path.join(folder, name + ".bin"), "wb") as f:
        f.write(content)


def main(folder):
    write(folder, "python2-0", python2_protocol0(IMAGES, FLAGS))
    write(folder, "python2-2", python2_protocol2(IMAGES, FLAGS))
    for protocol in range(6):
        write(folder, f"bytes-{protocol}", pickle.dumps((IMAGES, FLAGS), protocol=protocol))
    try:
        import numpy as np
    except ImportError:
        return
    version = np.__version__.split(".")[0]
    arrays = [np.frombuffer(image, np.uint8) for image in IMAGES]
    arrays[0] = arrays[0].copy().reshape(-1, 1)  # as older OpenCV's imencode has it, and writable
    arrays[4] = np.frombuffer(IMAGES[4] + IMAGES[4], np.uint8).reshape(2, 256).T[:, 0]  # not contiguous
    for protocol in range(6):
        write(folder, f"numpy{version}-{protocol}", pickle.dumps((arrays, FLAGS), protocol=protocol))
        write(folder, f"numpy{version}-bools-{protocol}", pickle.dumps((IMAGES, [np.bool_(flag) for flag in FLAGS]), protocol=protocol))
        write(folder, f"numpy{version}-flags-{protocol}", pickle.dumps([IMAGES, np.array(FLAGS, dtype=np.int64)], protocol=protocol))


main(sys.argv[1])
