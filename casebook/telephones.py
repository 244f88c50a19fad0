"""Telephones that short messages can go to: mobile numbers of eleven digits, however somebody wrote them down."""

import re
import unicodedata

BETWEEN_DIGITS = re.compile(r"[\s\-‐-―()．.]")
COUNTRY = re.compile(r"^(?:\+86|0086|86(?=[0-9]{11}$))")
MOBILE = re.compile(r"[1-9][0-9]{10}")


def mobile(written: str | None) -> str | None:
    """Return the eleven digits of a mobile number; None for what is none: a landline, letters, too many digits.

    Blanks, hyphens, brackets, full-width digits and +86 in front are how people write; they are not part of a number.
    """
    narrow = BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", written or ""))
    bare = COUNTRY.sub("", narrow)
    return bare if MOBILE.fullmatch(bare) else None
