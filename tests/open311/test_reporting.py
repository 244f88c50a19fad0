"""Programs of others report through the door: once, whole, or not at all with a sentence."""

import io
import threading
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from PIL import Image
from sqlalchemy import Engine, func, select

from casebook.numbers import is_request_id
from casebook.schema import callers, fact_outbox, open311_reports, picture_contents, pictures, requests, supplements
from tests.open311.door import APP_KEY, COMMUNITY, DEMO_KEY, PNG, SLOW_KEY, SLOW_LIMIT, Door
from tests.open311.hostile import bomb, no_pictures, picture

PHONE = "99800001234"


def count(casebook: Engine) -> tuple[int, ...]:
    """Count the rows of everything a report writes."""
    tables = (requests, callers, fact_outbox, open311_reports, pictures, picture_contents)
    with casebook.connect() as connection:
        return tuple(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


def test_a_report_gets_its_number_at_once_and_its_process_is_asked_for(door: Door, casebook: Engine) -> None:
    before = count(casebook)
    number = door.sent(
        first_name="三", last_name="张", phone="+86 998-0000 1234", email="a@example.cn", lat=30.6, long=114.3
    )
    assert is_request_id(number)
    after = count(casebook)
    assert [1, 1, 1, 1, 0, 0] == [new - old for new, old in zip(after, before, strict=True)]
    with casebook.connect() as connection:
        row = connection.execute(select(requests).where(requests.c.request_id == number)).mappings().one()
        caller = connection.execute(select(callers).where(callers.c.request_id == number)).mappings().one()
        fact = connection.execute(select(fact_outbox.c.name).where(fact_outbox.c.request_id == number)).scalar_one()
    assert ("open311_demo", "online", COMMUNITY) == (row["platform"], row["channel"], row["community"])
    assert ("张三", "+86998-00001234", "request_received") == (caller["name"], caller["phone"], fact)


def test_the_same_number_of_the_client_is_the_same_request_also_in_a_header(door: Door) -> None:
    number = door.sent(external_id="same-1")
    assert number == door.sent(external_id="same-1")
    form = {"api_key": DEMO_KEY, "service_code": "010101", "address_id": COMMUNITY}
    again = door.post("requests.json", form, headers={"Idempotency-Key": "same-1"})
    assert number == again.json()[0]["service_request_id"]
    assert number != door.sent(external_id="same-1", api_key=APP_KEY)


def test_other_words_under_the_same_number_are_kept_beside_the_first(door: Door, casebook: Engine) -> None:
    number = door.sent(external_id="words-1", description="楼下垃圾没有清运。")
    before = count(casebook)
    for word in ("补充", "没有重复登记"):
        answer = door.report(external_id="words-1", description="垃圾已经三天没有清运。")
        assert (201, number) == (answer.status_code, answer.json()[0]["service_request_id"])
        assert word in answer.json()[0]["service_notice"]
    added = [new - old for new, old in zip(count(casebook), before, strict=True)]
    assert [0, 0, 1, 0, 0, 0] == added  # the engine hears of the supplement, once
    with casebook.connect() as connection:
        texts = select(supplements.c.text).where(supplements.c.request_id == number)
        assert ["垃圾已经三天没有清运。"] == list(connection.execute(texts).scalars())


def test_ten_at_once_under_one_number_are_one_request(door: Door) -> None:
    numbers: list[str] = []
    senders = [threading.Thread(target=lambda: numbers.append(door.sent(external_id="race-1"))) for _ in range(10)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert 10 == len(numbers)
    assert 1 == len(set(numbers))


def test_a_token_is_the_clients_own_number(door: Door) -> None:
    number = door.sent(external_id="token-1")
    assert [{"service_request_id": number, "token": "token-1"}] == door.get(
        "tokens/token-1.json", api_key="demo"
    ).json()
    assert 404 == door.get("tokens/token-1.json", api_key=APP_KEY).status_code
    assert 403 == door.get("tokens/token-1.json").status_code


def test_a_community_is_found_by_its_name_in_the_address(door: Door) -> None:
    for address in ("大智街道保成社区3号", "武汉市保成社区 3 号楼", "大智街道保成社区居委会"):
        assert COMMUNITY == door.seen(door.sent(address_id=..., address_string=address))["address_id"]


def test_a_community_is_found_by_the_coordinates_where_its_boundary_is_known(door: Door) -> None:
    for address in (..., "某路 3 号"):
        number = door.sent(address_id=..., address_string=address, lat=30.625, long=114.315)
        assert COMMUNITY == door.seen(number)["address_id"]
    two = door.report(address_id=..., address_string="保成社区或泰宁社区", lat=30.625, long=114.315)
    assert 400 == two.status_code


@pytest.mark.parametrize("address", ["某路 3 号", "保成社区或泰宁社区", "大智街道"])
def test_without_a_community_the_answer_says_what_to_send(door: Door, address: str) -> None:
    refused = door.report(address_id=..., address_string=address, lat=30.6, long=114.3)
    assert 400 == refused.status_code
    assert "address_id" in refused.json()[0]["description"]


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"api_key": "forged"}, 403, "api_key"),
        ({"api_key": ...}, 403, "api_key"),
        ({"api_key": ""}, 403, "api_key"),
        ({"jurisdiction_id": "elsewhere.gov"}, 404, "jurisdiction_id"),
        ({"service_code": ...}, 400, "service_code"),
        ({"service_code": "999998"}, 404, "service_code"),
        ({"description": "长" * 4001}, 400, "description"),
        ({"description": "坏\x00字"}, 400, "control"),
        ({"address_id": "420199999999"}, 400, "address_id"),
        ({"address_string": "长" * 201}, 400, "address_string"),
        ({"lat": "30.6"}, 400, "lat"),
        ({"lat": "114.3", "long": "30.6"}, 400, "lat"),
        ({"lat": "nan", "long": "nan"}, 400, "lat"),
        ({"lat": "北", "long": "东"}, 400, "lat"),
        ({"phone": f"请打{PHONE}"}, 400, "phone"),
        ({"email": "nobody"}, 400, "email"),
        ({"external_id": "9" * 81}, 400, "external_id"),
        ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"attribute[unknown]": "1"}, 400, "attribute[unknown]"),
        ({"service_code": "020101"}, 400, "attribute[danger]"),
        ({"service_code": "020101", "attribute[danger]": "perhaps"}, 400, "attribute[danger]"),
        ({"service_code": "020101", "attribute[danger]": ["yes", "no"]}, 400, "attribute[danger]"),
        ({"service_code": "020103", "attribute[dark_since]": "昨天"}, 400, "attribute[dark_since]"),
        ({"service_code": "060101", "attribute[plate_count]": "很多"}, 400, "attribute[plate_count]"),
    ],
)
def test_what_is_wrong_is_named_never_repeated_and_nothing_is_kept(
    door: Door, casebook: Engine, changes: dict[str, Any], status: int, named: str
) -> None:
    before = count(casebook)
    refused = door.report(**changes)
    assert status == refused.status_code
    assert status == refused.json()[0]["code"]
    assert named in refused.text
    assert PHONE not in refused.text
    assert before == count(casebook)


def test_every_mistake_is_said_at_once(door: Door) -> None:
    refused = door.report(address_id=..., lat="x", long="y", phone="abc", media_url="x").json()
    assert 4 == len(refused)


def test_answers_are_kept_in_the_order_and_words_of_the_questions(door: Door, casebook: Engine) -> None:
    given: dict[str, Any] = {"attribute[when][]": ["night", "day"]}
    number = door.sent(service_code="010301", **given)
    mine = select(open311_reports.c.answers).where(open311_reports.c.request_id == number)
    with casebook.connect() as connection:
        (answer,) = connection.execute(mine).scalar_one()
    assert ("when", "噪声在什么时段？", "夜间、白天") == (answer["code"], answer["question"], answer["answer"])


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"%ff%fe=1", "application/x-www-form-urlencoded", 400),
        ("api_key=demo&description=井盖".encode("gb18030"), "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 300, "application/x-www-form-urlencoded", 400),
        (b"a" * 70_000, "application/x-www-form-urlencoded", 413),
        (b'{"service_code": "010101"', "application/json", 415),
        (b"<request><service_code>010101", "text/xml", 415),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 400),
        (b"nonsense", "multipart/form-data", 400),
        (b"", "multipart/form-data; boundary=x", 400),
    ],
)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_malformed_body_is_refused_in_the_form_of_the_extension(
    door: Door, form: str, body: bytes, kind: str, status: int
) -> None:
    refused = door.post(f"requests.{form}", body, headers={"Content-Type": kind})
    assert status == refused.status_code
    if form == "json":
        assert status == refused.json()[0]["code"]
    else:
        assert str(status) == fromstring(refused.content).findtext("error/code")


def test_a_multipart_body_that_is_not_utf8_is_not_guessed_at(door: Door) -> None:
    fields = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\n' + "井盖".encode("gb18030")
    refused = door.post(
        "requests.json", fields + b"\r\n--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert (400, True) == (refused.status_code, "UTF-8" in refused.text)


def test_pictures_are_kept_once_and_shown_at_an_address_nobody_guesses(door: Door, casebook: Engine) -> None:
    red, blue = picture("PNG", colour="red"), picture("PNG", colour="blue")
    files = [("media", ("../../evil.svg", red, "image/svg+xml")), ("media", ("b.png", blue, "image/png"))]
    number = door.sent(files=files)
    before = count(casebook)
    door.sent(files=files[:1])
    assert (1, 0) == tuple(new - old for new, old in zip(count(casebook)[4:], before[4:], strict=True))
    shown = door.seen(number, api_key=DEMO_KEY, extensions="true")["media_urls"]
    assert 2 == len(shown)
    got = door.session.get(shown[0], timeout=20)
    assert ("image/png", "nosniff") == (got.headers["content-type"], got.headers["x-content-type-options"])
    assert (255, 0, 0) == Image.open(io.BytesIO(got.content)).getpixel((0, 0))
    assert 404 == door.get("media/" + "A" * 32).status_code


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([b"<svg onload='alert(1)'/>"], 415),
        ([b"MZ\x90\x00"], 415),
        ([PNG + b"x" * 4096 * 1024], 413),
        ([PNG] * 4, 400),
        ([PNG, b"not a picture"], 415),
        ([no_pictures()["half a photograph"]], 415),
        ([bomb()], 415),
    ],
)
def test_a_report_with_a_bad_picture_is_refused_whole(
    door: Door, casebook: Engine, files: list[bytes], status: int
) -> None:
    before = count(casebook)
    refused = door.report(files=[("media", (f"{n}.png", content, "image/png")) for n, content in enumerate(files)])
    assert status == refused.status_code
    assert before == count(casebook)


def test_a_client_that_calls_too_often_waits_and_the_others_do_not(door: Door) -> None:
    answers = [door.get("services/010101.json", api_key=SLOW_KEY) for _ in range(2 * SLOW_LIMIT + 1)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused  # a minute may end in between, but not twice
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in refused)
    assert 429 == refused[0].json()[0]["code"]
    assert 200 == door.get("services/010101.json", api_key=APP_KEY).status_code
