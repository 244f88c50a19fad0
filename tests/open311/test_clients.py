"""Programs that were not written for us find their way: PyPI's georeport, and FixMyStreet's dialogue."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from georeport.georeport import GeoReport

from launcher.stack import Machine
from tests.open311.door import COMMUNITY, DEMO_KEY, Door

JURISDICTION = "jiangan.wuhan.example.gov.cn"


@pytest.fixture(params=["json", "xml"])
def client(request: pytest.FixtureRequest, machine: Machine) -> GeoReport:
    return GeoReport(f"{machine.desk_url}/open311/v2/", jurisdiction=JURISDICTION, output_format=request.param)


def test_georeport_reads_the_services_and_what_they_ask(client: GeoReport, machine: Machine) -> None:
    services = client.get_service_list()
    assert 210 < len(services) + 1
    asking = [service for service in services if str(service["metadata"]).lower() == "true"]
    definition = client.get_service_definition(asking[0]["service_code"])
    assert asking[0]["service_code"] == definition["service_code"]
    assert definition["attributes"]


def test_georeport_lists_requests_and_reads_one(client: GeoReport, door: Door) -> None:
    numbers = [door.sent(service_code="080102"), door.sent(service_code="080102")]
    now = datetime.now(UTC).replace(microsecond=0)
    listed = client.get_service_requests(
        service_code="080102",
        start_date=(now - timedelta(days=1)).isoformat(),
        end_date=(now + timedelta(days=1)).isoformat(),
        status="open",
    )
    assert numbers[::-1] == [row["service_request_id"] for row in listed][:2]
    assert set(numbers) == {row["service_request_id"] for row in client.get_service_requests(",".join(numbers))}
    one = client.get_service_request(numbers[0])
    assert (numbers[0], "open", COMMUNITY) == (one["service_request_id"], one["status"], one["address_id"])


def fixmystreet(door: Door, path: str, **fields: Any) -> Any:
    """Post as FixMyStreet does: a urlencoded form to the XML address, with jurisdiction and key among the fields."""
    answer = door.post(path, {"jurisdiction_id": JURISDICTION, "api_key": DEMO_KEY, **fields})
    assert answer.ok, answer.text
    return fromstring(answer.content)


def fixmystreets_report(door: Door) -> str:
    sent = fixmystreet(
        door,
        "requests.xml",
        service_code="020103",
        lat="30.6",
        long="114.3",
        address_id=COMMUNITY,
        deviceid="iOS",
        email="user@example.org",
        first_name="Test",
        last_name="User",
        phone=f"+44 20 {secrets.randbelow(10**8):08d}",  # else the second report would be the same matter
        description="Lamp is out\n\nIt is dark.\n\nhttps://fixmystreet.example/report/1\n",
        media_url="https://fixmystreet.example/photo/1.full.jpeg",
        **{"attribute[pole_number]": "JA-1"},
    )
    return str(sent.findtext("request/service_request_id"))


def test_fixmystreet_learns_what_to_ask_and_reports(door: Door) -> None:
    services = fromstring(door.get("services.xml", jurisdiction_id=JURISDICTION).content)
    assert "020103" in {service.findtext("service_code") for service in services.findall("service")}
    asked = fromstring(door.get("services/020103.xml", jurisdiction_id=JURISDICTION).content)
    assert "pole_number" in {each.findtext("code") for each in asked.findall("attributes/attribute")}
    number = fixmystreets_report(door)
    listed = fromstring(door.get("requests.xml", jurisdiction_id=JURISDICTION, service_request_id=number).content)
    assert (number, "open") == (
        listed.findtext("request/service_request_id"),
        listed.findtext("request/status"),
    )


def test_fixmystreet_follows_its_report_and_comments(door: Door) -> None:
    number = fixmystreets_report(door)
    end = datetime.now(UTC) + timedelta(seconds=1)
    span = {"start_date": f"{end - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}", "end_date": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
    fetched = door.get("servicerequestupdates.xml", api_key=DEMO_KEY, jurisdiction_id=JURISDICTION, **span)
    mine = [each for each in fromstring(fetched.content) if each.findtext("service_request_id") == number]
    assert [("OPEN", True)] == [(each.findtext("status"), bool(each.findtext("update_id"))) for each in mine]
    comment = fixmystreet(
        door,
        "servicerequestupdates.xml",
        updated_datetime=f"{end:%Y-%m-%dT%H:%M:%SZ}",
        service_request_id=number,
        status="IN_PROGRESS",
        email="user@example.org",
        description="Still dark",
        last_name="User",
        first_name="Test",
        update_id=f"comment-{number}",
        media_url="https://fixmystreet.example/photo/c/1.full.jpeg",
    )
    assert (comment.findtext("request_update/update_id") or "").isdigit()


def test_fixmystreet_reads_a_refusal(door: Door) -> None:
    refused = door.post("requests.xml", {"service_code": "010101", "api_key": "wrong"})
    error = fromstring(refused.content).find("error")
    assert error is not None
    assert ("403", True) == (error.findtext("code"), "api_key" in (error.findtext("description") or ""))
