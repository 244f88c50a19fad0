"""A platform's row that names its level is collected in a way open to it; any other, in one open to its platform."""

from pathlib import Path

import pytest

from casebook.district import load_district
from casebook.reports import RequestReport
from casebook.rules import Sender
from desk.intake import Rejected
from desk.intake.mapping import Reading
from desk.intake.records import Record

DISTRICT = load_district(Path(__file__).resolve().parents[2] / "config")


@pytest.mark.parametrize(
    ("levels", "level", "expected"),
    [
        (("community", "street"), "社区", None),
        (("community", "street"), "街道", "街道级不能使用渠道“入户访”，可以使用：线上集、网格巡、座谈征"),
        (("community", "street"), "", None),
        (("street",), "", "街道级不能使用渠道“入户访”"),
        (("public",), "", "公众不能使用渠道“入户访”，可以使用：线上集"),
        (("community", "street"), "村", "[level_codes]"),
    ],
)
def test_a_row_is_collected_in_a_way_that_is_open_to_its_level(
    levels: tuple[Sender, ...], level: str, expected: str | None
) -> None:
    neighbourhood = DISTRICT.platforms["neighbourhood"]
    fields = neighbourhood.fields.model_copy(update={"level": "who"})
    codes = {"社区": "community", "街道": "street"}
    platform = neighbourhood.model_copy(update={"fields": fields, "levels": levels, "level_codes": codes})
    written = {"id": "1", "ts": "1793581200000", "type": "wln-10", "community": "420102002003", "msg": "楼道灯坏了。"}
    read = Reading(Record(1, written | {"src": "入户走访", "who": level}), platform, DISTRICT).report()
    if expected is None:
        assert isinstance(read, RequestReport)
        assert "visit" == read.channel
    else:
        assert isinstance(read, Rejected)
        assert expected in read.reason
