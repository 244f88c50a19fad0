"""Delivery receipts as HTTP gateways push them: each form becomes our receipts; telephones are not kept.

Aliyun (SmsReport): a list with `biz_id`, `success`, `err_code` and our reference in `out_id`. Tencent: a list with
`sid` and `report_status`. 云MAS: one object or a list with `msgGroup` and `errorCode`. What is pushed twice is known.
"""

import re
from collections.abc import Callable, Mapping

from casebook.messages import DELIVERED, Receipt

OUR_REFERENCE = re.compile(r"([0-9]{1,18})/[0-9]{1,9}")
STATUS_CHARACTERS = 64
Entry = Mapping[str, object]


def receipts_of(gateway: str, pushed: object) -> list[Receipt]:
    """Return the receipts of a push; ValueError when it is none. An entry without an id is left out."""
    pushed = pushed if isinstance(pushed, list) else [pushed]
    entries = [entry for entry in pushed if isinstance(entry, dict)]
    if gateway not in _FORMS or len(entries) < len(pushed):
        raise ValueError("no receipts")
    read = (_FORMS[gateway](entry) for entry in entries)
    return [receipt for receipt in read if receipt.smsc_id and receipt.status]


def _aliyun(entry: Entry) -> Receipt:
    ours = OUR_REFERENCE.fullmatch(_word(entry, "out_id"))
    status = DELIVERED if entry.get("success") is True else _word(entry, "err_code") or "FAIL"
    return Receipt(smsc_id=_word(entry, "biz_id"), status=status, message_id=int(ours[1]) if ours else None)


def _tencent(entry: Entry) -> Receipt:
    status = _word(entry, "report_status")
    failed = _word(entry, "errmsg") or status
    return Receipt(smsc_id=_word(entry, "sid"), status=DELIVERED if status == "SUCCESS" else failed)


def _mas(entry: Entry) -> Receipt:
    return Receipt(smsc_id=_word(entry, "msgGroup"), status=_word(entry, "errorCode"))


def _word(entry: Entry, name: str) -> str:
    """Return a short word; anything else is nothing."""
    value = entry.get(name)
    return value[:STATUS_CHARACTERS].replace("\0", "") if isinstance(value, str) else ""


_FORMS: Mapping[str, Callable[[Entry], Receipt]] = {"aliyun": _aliyun, "tencent": _tencent, "mas": _mas}
