"""What is kept of a picture from outside: what is seen, and nothing else."""

import io
import resource

import pytest
from PIL import Image

from desk.picture_check import UnusablePicture, clean_picture
from tests.open311.hostile import SCRIPT, SECRET, bomb, no_pictures, picture, polyglots, with_place_and_device

KINDS = ("JPEG", "PNG", "WEBP")
HOSTILE = no_pictures()
DOUBLE = polyglots()
MEGABYTE = 1024  # of what the system counts in kilobytes


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", KINDS)
def test_where_when_and_with_what_it_was_taken_is_gone_and_it_stands_upright(kind: str) -> None:
    sent = with_place_and_device(kind)
    assert SECRET.encode() in sent
    kept = clean_picture(sent)
    image = opened(kept.content)
    assert SECRET.encode() not in kept.content
    assert ({}, {}) == (dict(image.getexif()), dict(image.getexif().get_ifd(0x8825)))
    assert set() == {"comment", "icc_profile", "exif", "xmp", "Author"} & set(image.info)
    assert (16, 24) == image.size  # the camera was turned


@pytest.mark.parametrize("kind", [*KINDS, "GIF"])
def test_a_picture_stays_what_it_is_by_its_content(kind: str) -> None:
    kept = clean_picture(picture(kind, colour="red"))
    assert f"image/{kind.lower()}" == kept.media_type
    red, green, blue = opened(kept.content).convert("RGB").getpixel((12, 8))  # type: ignore[misc]  # three numbers
    assert (True, True, True) == (red > 240, green < 15, blue < 15)


@pytest.mark.parametrize("name", DOUBLE)
def test_a_picture_that_is_something_else_as_well_is_only_a_picture_afterwards(name: str) -> None:
    assert SCRIPT in DOUBLE[name]
    assert SCRIPT not in clean_picture(DOUBLE[name]).content


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_whole_picture_of_a_sensible_size_is_refused(name: str) -> None:
    with pytest.raises(UnusablePicture):
        clean_picture(HOSTILE[name])


def test_a_picture_that_claims_billions_of_pixels_takes_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for side in (5_100, 50_000, 2**31 - 1):
        with pytest.raises(UnusablePicture):
            clean_picture(bomb(side))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * MEGABYTE


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    written = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    frames[0].save(written, format="GIF", save_all=True, append_images=frames[1:])
    assert 1 == getattr(opened(clean_picture(written.getvalue()).content), "n_frames", 1)


def test_what_can_be_seen_through_stays_so() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(written, format="PNG")
    assert "RGBA" == opened(clean_picture(written.getvalue()).content).mode
