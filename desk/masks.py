"""What is shown of personal data: enough to recognise, not enough to use."""

import re

KEPT_IN_FRONT = 3
KEPT_BEHIND = 4
DATE = r"(?:19|20)\d\d-\d\d?-\d\d?(?!\d)"
PHONE = re.compile(rf"(?<![\d-])(?!{DATE})\+?\d(?:[\d-]| (?=\d)){{5,18}}\d(?!\d)")
OURS = re.compile(r"[A-Z]{2}\d{8}-\d{6}-\d")
OWN_LINK = re.compile(r"(/[rq]/)[\w-]+")
SHORTEST_PHONE = 7
STREET = re.compile(r"[^\d一二三四五六七八九十百零〇]*")
STREET_LETTERS = 8


def phone(number: str | None) -> str:
    """Return a telephone number with its middle hidden: `138****0001`."""
    if not number:
        return "未留"
    if len(number) <= KEPT_IN_FRONT + KEPT_BEHIND:
        return "****"
    return f"{number[:KEPT_IN_FRONT]}****{number[-KEPT_BEHIND:]}"


def name(full: str | None) -> str:
    """Return the first character of a name, the rest hidden."""
    return f"{full[0]}**" if full else "未留"


def address(full: str | None) -> str:
    """Return the beginning of an address, up to its first number: the street, not the door."""
    street = STREET.match(full).group()[:STREET_LETTERS].strip() if full else ""  # type: ignore[union-attr]  # matches anything
    return f"{street}****" if full else "未留"


def words(text: str) -> str:
    """Return free text with telephone numbers and citizens' links hidden; our own numbers stay."""
    hidden = OWN_LINK.sub(r"\1****", text)
    pieces: list[str] = []
    end = 0
    for ours in OURS.finditer(hidden):
        pieces += [_without_phones(hidden[end : ours.start()]), ours.group()]
        end = ours.end()
    return "".join([*pieces, _without_phones(hidden[end:])])


def _without_phones(text: str) -> str:
    return PHONE.sub(lambda found: phone(found.group()) if _is_long(found.group()) else found.group(), text)


def _is_long(digits: str) -> bool:
    return sum(character.isdigit() for character in digits) >= SHORTEST_PHONE
