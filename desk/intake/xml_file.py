"""Records of an XML export; document types and entities are refused before they are read."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from casebook.platforms import Platform
from desk.intake.records import DEPTH_MOST, Record, Records, broke_off, not_that_format, within_limit

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def read_xml(path: Path, *, platform: Platform) -> Records:
    """Yield the elements at the platform's `rows_at`; nested fields are named with dots."""
    row = 0
    try:
        for element in _elements(path, platform=platform):
            row += 1
            within_limit(row, platform=platform)
            yield Record(row, dict(_flat(element)))
    except DefusedXmlException as error:
        raise not_that_format(platform, what="文件里有实体或文档类型声明，为安全起见不读取") from error
    except (ParseError, ValueError, LookupError) as error:
        raise broke_off(platform, row=row) from error
    if row == 0:
        raise not_that_format(platform, what=f"没有“{'/'.join(platform.rows_at)}”记录")


def _elements(path: Path, *, platform: Platform) -> "Iterator[Element]":
    above: list[Element] = []
    with path.open("rb") as document:
        for event, element in iterparse(document, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                above.append(element)
                if len(above) > DEPTH_MOST:
                    raise not_that_format(platform, what="元素嵌套太深")
                continue
            here = tuple(parent.tag for parent in above)
            above.pop()
            if here == platform.rows_at:
                yield element
                element.clear()
                if above:
                    above[-1].remove(element)


def _flat(element: "Element", prefix: str = "") -> Iterator[tuple[str, str]]:
    for child in element:
        if len(child):
            yield from _flat(child, f"{prefix}{child.tag}.")
        elif child.text:
            yield f"{prefix}{child.tag}", child.text
