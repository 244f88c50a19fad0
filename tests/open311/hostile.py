"""Pictures as tests need them: plain ones, and those that somebody made to do harm or that say too much."""

import io
import struct
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

GPS_PLACE = (30.0, 36.0, 4.5)
SECRET = "CANARY-CAMERA-7741"
SCRIPT = b"<script>alert(document.cookie)</script>"


def picture(kind: str, *, colour: str = "green", size: tuple[int, int] = (24, 16)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, format=kind)
    return written.getvalue()


def with_place_and_device(kind: str) -> bytes:
    """A photograph that says where and with what it was taken, turned by its camera."""
    image, exif = Image.new("RGB", (24, 16), "green"), Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112], exif[0x9286] = SECRET, SECRET, 6, SECRET.encode()
    exif[0x8825] = {1: "N", 2: GPS_PLACE, 3: "E", 4: (114.0, 18.0, 0.0), 29: SECRET}
    more: dict[str, object] = {"comment": SECRET.encode()} if kind == "JPEG" else {}
    if kind == "PNG":
        texts = PngInfo()
        texts.add_text("Author", SECRET)
        more = {"pnginfo": texts}
    written = io.BytesIO()
    image.save(written, format=kind, exif=exif, icc_profile=SECRET.encode(), **more)
    return written.getvalue()


def polyglots() -> dict[str, bytes]:
    """Pictures that are something else as well."""
    return {
        "a page behind a picture": picture("JPEG") + SCRIPT,
        "a page in a comment": with_comment(SCRIPT),
        "an archive behind a picture": picture("PNG") + b"PK\x03\x04" + SCRIPT,
    }


def with_comment(comment: bytes) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (24, 16), "green").save(written, format="JPEG", comment=comment)
    return written.getvalue()


def bomb(side: int = 50_000) -> bytes:
    """A PNG of a few kilobytes that claims billions of pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pieces = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 200_000, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in pieces
    )


def no_pictures() -> dict[str, bytes]:
    """What is refused."""
    return {
        "nothing": b"",
        "a drawing with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "a drawing behind a beginning of a picture": b"\x89PNG\r\n\x1a\n<svg onload='alert(1)'/>",
        "a page": b"<!doctype html>" + SCRIPT,
        "a program": b"MZ\x90\x00",
        "half a photograph": picture("JPEG", size=(600, 400))[:-400],
        "half a drawing": picture("PNG")[:-30],
        "a picture of billions of pixels": bomb(),
        "a picture of a few pixels too many": bomb(5_001),
        "a kind that nobody asked for": picture("TIFF"),
        "an icon": picture("ICO"),
    }
