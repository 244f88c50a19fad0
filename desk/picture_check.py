"""Pictures from outside: decoded whole, within limits, and made anew, so that nothing is kept but what is seen.

What a camera or a program adds (place, device, comments, thumbnails, profiles), what stands behind the picture, and
further frames are gone; what the sender calls it never counted. Known by its content alone: JPEG, PNG, WebP, GIF.
"""

import io
import warnings

from PIL import Image, ImageOps

from casebook.pictures import Picture

PIXELS_MOST = 25_000_000  # 75 MB while it is decoded
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
QUALITY = 88


class UnusablePicture(ValueError):
    """What was sent is no picture that can be shown, or a larger one than anybody needs."""


def clean_picture(content: bytes) -> Picture:
    """Return a picture's content made anew; UnusablePicture. Takes up to a second: call it in a thread."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning about a decompression bomb or broken data is a refusal
        try:
            with Image.open(io.BytesIO(content), formats=tuple(KINDS)) as image:
                _must_be_small(image)
                image.load()
                kind = image.format or ""
                return Picture(media_type=KINDS[kind], content=_made_anew(image, kind))
        except Exception as error:
            raise UnusablePicture from error


def _must_be_small(image: Image.Image) -> None:
    if image.width * image.height > PIXELS_MOST:
        raise UnusablePicture


def _made_anew(image: Image.Image, kind: str) -> bytes:
    """Write the first frame's pixels, upright, with nothing beside them."""
    ImageOps.exif_transpose(image, in_place=True)
    see_through = "transparency" in image.info or image.mode in {"LA", "PA", "RGBA", "La", "RGBa"}
    mode = "RGBA" if see_through and kind != "JPEG" else "RGB"
    pixels = image if image.mode == mode else image.convert(mode)
    pixels.info.clear()  # from here a writer would take comments, profiles, texts
    written = io.BytesIO()
    quality = {"quality": QUALITY} if kind in {"JPEG", "WEBP"} else {}
    pixels.save(written, format=kind, exif=b"", **quality)
    return written.getvalue()
