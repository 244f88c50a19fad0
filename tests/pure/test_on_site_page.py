"""The page for the phone is whole: all that its parts name is kept there, and a changed part is a new version."""

import json
import re

from desk.on_site.doors import PAGE, PHONE, WORKER, worker_of

PARTS = {path.name: path.read_bytes() for path in PHONE.iterdir()}
NAMED = re.compile(r"""(?:src|href)="([\w-]+\.\w+)"|from "\./([\w-]+\.js)\"""")
LINES_MOST = 250


def head_of(parts: dict[str, bytes]) -> tuple[str, list[str]]:
    version, kept = worker_of(parts).decode().splitlines()[:2]
    return version, json.loads(kept.removeprefix("const PARTS = ").removesuffix(";"))


def test_everything_that_the_page_and_its_parts_name_is_kept_on_the_phone() -> None:
    texts = [content.decode() for content in PARTS.values()]
    named = {name for text in texts for pair in NAMED.findall(text) for name in pair if name}
    _, kept = head_of(PARTS)
    assert named == set(PARTS) - {PAGE, WORKER}
    assert {"./", *named} == set(kept)


def test_a_part_that_changes_makes_a_new_version() -> None:
    versions = {head_of(PARTS | {name: content + b" "})[0] for name, content in PARTS.items()}
    assert len(versions | {head_of(PARTS)[0]}) == len(PARTS) + 1


def test_parts_stay_short_and_call_nobody_elsewhere() -> None:
    for name, content in PARTS.items():
        text = content.decode()
        assert len(text.splitlines()) <= LINES_MOST, name
        assert set(re.findall(r"https?://[^\"\s]+", text)) <= {"http://www.w3.org/2000/svg"}, name
