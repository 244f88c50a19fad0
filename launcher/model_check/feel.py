"""Which variables a FEEL expression uses. Syntax is bpmnlint's to judge; here only names matter."""

import re

KEYWORDS = frozenset(
    {"null", "true", "false", "if", "then", "else", "and", "or", "not", "for", "in", "return", "some", "every"}
    | {"satisfies", "between", "instance", "of", "function", "item", "partial"}
)
OF_SEVERAL_WORDS = (
    "date and time|years and months duration|day of week|day of year|week of year|month of year|last day of month|"
    "string length|string join|substring before|substring after|upper case|lower case|starts with|ends with|"
    "list contains|list replace|insert before|index of|distinct values|duplicate values|get value|get entries|"
    "get or else|context put|context merge|is defined|is empty|is blank|random number|round up|round down|"
    "round half up|round half down|to json|from json|to base64"
)
_TEXT = re.compile(r'@?"(?:\\.|[^"\\])*"')
_FUNCTION = re.compile(rf"(?:\b(?:{OF_SEVERAL_WORDS})|\b[A-Za-z_]\w*)\s*\(")
_FILTER = re.compile(r"(?<=[\w)\]])\s*\[[^\[\]]*\]")
_BOUND = re.compile(r"(?:\b(?:for|some|every)|,)\s+([A-Za-z_]\w*)\s+in\b")
_KEY = re.compile(r"([A-Za-z_]\w*)\s*:")
_PATH = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_LITERAL = re.compile(r'\s*=?\s*"((?:\\.|[^"\\])*)"\s*')


def paths(expression: str) -> list[tuple[str, ...]]:
    """Return every variable an expression reads, each with the properties it asks for (`a.b` is ("a", "b")).

    Names bound by the expression itself (loops, context keys, named arguments) and names inside a
    filter, which are properties of the filtered elements, are left out.
    """
    bare = _TEXT.sub(" 0 ", expression.removeprefix("="))
    bound = set(_BOUND.findall(bare)) | set(_KEY.findall(bare)) | KEYWORDS
    bare = _KEY.sub(" ", _FILTER.sub("", _FUNCTION.sub(" (", bare)))
    found = [tuple(match.split(".")) for match in _PATH.findall(bare)]
    return [path for path in found if path[0] not in bound]


def literal(expression: str) -> str | None:
    """Return the text of an expression that is nothing but one text, else None."""
    match = _LITERAL.fullmatch(expression)
    return match.group(1) if match else None
