"""Makes pictures.json: small JPEGs, PGMs and PPMs with oddities that real files have, and the pixels that Pillow decodes of them.

    python3 make_pictures.py pictures.json      needs Pillow and numpy; their versions are in the file

JPEGs are encoded by Pillow and then changed byte by byte; chroma sampling that Pillow does not write is put together (see `sampled`). Pixels are RGB, [height, width, 3], as Image.convert("RGB") gives them.
"""
import base64
import hashlib
import io
import json
import sys

import numpy
import PIL
from PIL import Image

SIDE = 112


def face(width=SIDE, height=SIDE):
    """Smooth, with edges and colours; no noise, so that the files stay small."""
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    r = 120 + 90 * numpy.sin(x / 17) * numpy.cos(y / 23)
    g = 110 + 80 * numpy.cos((x + y) / 31)
    b = 100 + 60 * numpy.sin((x - y) / 19)
    disc = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2
    r[disc] += 40
    g[disc] += 20
    return Image.fromarray(numpy.clip(numpy.stack([r, g, b], -1), 0, 255).astype(numpy.uint8))


def jpeg(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **{"quality": 85, **options})
    return file.getvalue()


def segment(data, marker, after=2):
    return data.index(bytes([0xFF, marker]), after)


def insert(data, at, extra):
    return data[:at] + extra + data[at:]


def changed(data, changes):
    data = bytearray(data)
    for at, value in changes.items():
        data[at] = value
    return bytes(data)


def adobe(data, transform):
    """Behind SOI in place of JFIF's APP0, which decoders believe first."""
    app0 = segment(data, 0xE0)
    data = data[:app0] + data[app0 + 2 + int.from_bytes(data[app0 + 2 : app0 + 4], "big") :]
    return insert(data, 2, b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]))


def cases():
    good = jpeg(face())
    dqt, sos, app0, eoi = segment(good, 0xDB), segment(good, 0xDA), segment(good, 0xE0), len(good) - 2
    spectral = sos + 2 + int.from_bytes(good[sos + 2 : sos + 4], "big") - 3
    optimised = jpeg(face(), optimize=True, subsampling=0)
    yield "plain.jpg", good
    yield "grey.jpg", jpeg(face().convert("L"))
    yield "progressive.jpg", jpeg(face(), progressive=True)
    yield "one byte before a table.jpg", insert(good, dqt, b"\x00")
    yield "three bytes before the scan.jpg", insert(good, sos, b"\x12\x34\x56")
    yield "an escaped byte before a table.jpg", insert(good, dqt, b"\xff\x00")
    yield "fill bytes before the scan.jpg", insert(good, sos, b"\xff\xff\xff")
    yield "spectral selection 0 to 0 (Samsung).jpg", changed(good, {spectral: 0, spectral + 1: 0, spectral + 2: 0})
    yield "spectral selection 5 to 7, approximation.jpg", changed(good, {spectral: 5, spectral + 1: 7, spectral + 2: 0x11})
    yield "JFIF 2.1.jpg", changed(good, {app0 + 9: 2})
    yield "JFIF 9.1.jpg", changed(good, {app0 + 9: 9})
    for transform in (0, 1, 2, 3, 77):
        yield f"Adobe transform {transform}.jpg", adobe(good, transform)
    yield "two bytes before the end.jpg", insert(good, eoi, b"\x00\x00")
    yield "sixteen bytes before the end.jpg", insert(good, eoi, bytes(16))
    yield "bytes behind the end.jpg", good + b"MPF\xff\xd8trailer" * 20
    yield "no subsampling.jpg", jpeg(face(), subsampling=0)
    yield "4x2.jpg", jpeg(face(), subsampling="4:2:2")
    for name, factors in {
        "4:1:0": (0x42, 0x11, 0x11),
        "3:1": (0x31, 0x11, 0x11),
        "4:1:1": (0x41, 0x11, 0x11),
        "4:4:0": (0x12, 0x11, 0x11),
        "unequal chroma": (0x22, 0x21, 0x11),
        "chroma larger than luma": (0x11, 0x21, 0x21),
        "luma 1, Cb 2": (0x11, 0x22, 0x11),
    }.items():
        yield f"sampling {name}.jpg", sampled(factors)
    yield "restart markers.jpg", jpeg(face(), restart_marker_rows=1)
    yield "optimised.jpg", optimised
    yield "all at once.jpg", insert(
        insert(changed(good, {spectral + 1: 0, app0 + 9: 2}), eoi, b"\x00"), dqt, b"\x07"
    )
    yield "larger.jpg", jpeg(face(300, 200))
    yield "grey.pgm", netpbm("P5", face(24, 18).convert("L"))
    yield "colour.ppm", netpbm("P6", face(20, 15))
    yield "plain.pgm", plain("P2", face(20, 15).convert("L"), 255)
    yield "plain.ppm", plain("P3", face(20, 15), 255, comment=True)
    yield "maximum 31.pgm", small("P5", face(24, 18).convert("L"), 31)
    yield "maximum 2.pgm", small("P5", face(24, 18).convert("L"), 2)
    yield "maximum 1000.ppm", small("P6", face(20, 15), 1000)


def sampled(factors):
    """A baseline JPEG with any sampling: each component encoded as a grey JPEG of its own size, whose scans are put into one file."""
    h = [f >> 4 for f in factors]
    v = [f & 15 for f in factors]
    width = height = 96  # a whole number of MCUs for every sampling here
    planes = face(width, height).convert("YCbCr").split()
    scans, head = [], None
    for plane, fh, fv in zip(planes, h, v):
        size = (width * fh // max(h), height * fv // max(v))
        data = jpeg(plane.resize(size, Image.BOX))
        sos = segment(data, 0xDA)
        scans.append(data[sos + 2 + int.from_bytes(data[sos + 2 : sos + 4], "big") : -2])
        head = head or data[:sos]
    frame = segment(head, 0xC0)
    length = 8 + 9
    sof = b"\xff\xc0" + length.to_bytes(2, "big") + bytes([8]) + height.to_bytes(2, "big") + width.to_bytes(2, "big") + bytes([3])
    for i, factor in enumerate(factors):
        sof += bytes([i + 1, factor, 0])
    head = head[:frame] + sof + head[frame + 2 + int.from_bytes(head[frame + 2 : frame + 4], "big") :]
    for i, scan in enumerate(scans):
        head += b"\xff\xda\x00\x08\x01" + bytes([i + 1, 0x00, 0, 63, 0]) + scan
    return head + b"\xff\xd9"


def netpbm(kind, image, comment=b"# of the tests\n"):
    width, height = image.size
    return kind.encode() + b"\n" + comment + f"{width} {height}\n255\n".encode() + image.tobytes()


def small(kind, image, maximum):
    width, height = image.size
    values = numpy.asarray(image).astype(int) * maximum // 255
    raw = values.astype(">u2" if maximum > 255 else "u1").tobytes()
    return f"{kind} {width} {height} {maximum}\n".encode() + raw


def plain(kind, image, maximum, comment=False):
    width, height = image.size
    values = numpy.asarray(image).reshape(height, -1)
    rows = "\n".join(" ".join(map(str, row)) for row in values)
    return f"{kind}\n{'# a comment' if comment else ''}\n{width}\t{height}\n{maximum}\n{rows}\n".encode()


pictures = []
for name, data in cases():
    image = Image.open(io.BytesIO(data))
    pixels = numpy.asarray(image.convert("RGB") if image.mode != "I" else image)
    pictures.append(
        {
            "name": name,
            "width": image.size[0],
            "height": image.size[1],
            "sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
            "file": base64.b64encode(data).decode(),
        }
    )
with open(sys.argv[1], "w") as file:
    json.dump({"pillow": PIL.__version__, "pictures": pictures}, file, indent=1)
