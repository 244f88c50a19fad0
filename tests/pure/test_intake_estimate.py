"""How many rows an export has is known about before it is read."""

from pathlib import Path

import pytest

from desk.intake.estimate import rows_about
from tests.pure.test_intake_formats import DISTRICT, PLATFORMS, read, sample


@pytest.mark.parametrize("platform", PLATFORMS)
def test_how_many_rows_an_export_has_is_known_about_before_it_is_read(platform: str) -> None:
    counted = len(read(sample(platform), platform))
    about = rows_about(sample(platform), platform=DISTRICT.platforms[platform])
    assert about is not None
    assert abs(about - counted) <= counted // 10


def test_what_is_no_export_has_no_number_of_rows(tmp_path: Path) -> None:
    for platform in PLATFORMS:
        path = tmp_path / platform
        path.write_bytes(b"\x00PK")
        assert rows_about(path, platform=DISTRICT.platforms[platform]) is None
        assert rows_about(tmp_path / "missing", platform=DISTRICT.platforms[platform]) is None
