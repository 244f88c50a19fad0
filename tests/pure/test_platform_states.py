"""What the audit trail notes is a state that a platform is told, or concerns us alone."""

from typing import Any

import pytest

from casebook import platform_status
from casebook.district import load_district
from casebook.platform_status import Change
from casebook.platforms import TOLD
from launcher.machine import ROOT

UNIT = "street_002_urban"


@pytest.mark.parametrize(
    ("action", "details", "expected"),
    [
        ("redispatched", {"kind": "sign_in", "to_unit": UNIT}, Change(state="dispatched", unit=UNIT)),
        ("redispatch_undone", {"kind": "handling", "to_unit": UNIT}, Change(state="handling", unit=UNIT)),
        ("redispatched", {"kind": "co_handling", "to_unit": UNIT}, None),
        ("work_order_issued", {"kind": "verification", "unit": UNIT}, None),
        ("work_reported", {"kind": "sign_in", "outcome": "accepted"}, None),
        ("work_reported", {"kind": "co_handling", "outcome": "done"}, None),
        ("returned", {"outcome": "returned"}, None),
        ("withdrawal_asked", {}, None),
        ("joined", {"joined": "JA"}, None),
        ("proposal_adopted", {"category": "010101"}, None),
    ],
)
def test_what_concerns_us_alone_is_not_told(action: str, details: dict[str, Any], expected: Change | None) -> None:
    assert expected == platform_status.change_of(action, details)


def test_every_state_that_can_be_told_is_one_that_platforms_have_a_code_for() -> None:
    told = {*platform_status.OF_ORDERS.values(), *platform_status.OF_ITSELF, *platform_status.OF_THE_MATTER, "done"}
    assert told == set(TOLD)
    platforms = load_district(ROOT / "config").platforms.values()
    assert [set(platform.status) for platform in platforms] == [told] * 5


def test_an_empty_code_means_that_the_platform_need_not_know() -> None:
    told = load_district(ROOT / "config").platforms["digital_city"].told
    assert ("8", "rated" in told) == (told["closed"], False)
