"""The measurement of a report measures: everything is there; how fast is nobody's test."""

from launcher.bench import reports


def test_a_report_out_of_many_requests_is_measured() -> None:
    told = reports.measure(1000, say=print)
    assert 1000 == told["requests"]
    assert 0 < told["received"] < 1000
    assert {"docx", "pdf"} == set(told["bytes"])
    assert told["seconds"] > 0
