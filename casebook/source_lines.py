"""Line numbers of XML elements, which lxml's stubs type wrongly."""

from typing import cast

from lxml import etree


def line_of(element: etree._Element) -> int:
    """Return the line on which an element begins; 0 when it is not known."""
    return cast("int | None", element.sourceline) or 0
