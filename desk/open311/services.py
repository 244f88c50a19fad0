"""What may be reported, what each category asks, where, and how this door is found."""

from typing import Any

from casebook.district import District
from casebook.open311_rules import Question
from casebook.rules import Category
from desk.open311.answers import NOT_FOUND, Answer, Refused, both
from desk.open311.reading import Call

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGESET = "2026-11-23T00:00:00+08:00"  # raised when an answer's form changes
FORMATS = ["text/xml", "application/json"]


async def discovery(call: Call) -> Answer:
    """Return how to find this door."""
    rules = call.office.district.open311
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{call.office.settings.base_url.rstrip('/')}/open311/v2",
        "changeset": CHANGESET,
        "type": "production",
        "formats": FORMATS,
    }
    content = {
        "changeset": CHANGESET,
        "contact": rules.contact,
        "key_service": rules.contact,
        "jurisdiction_id": rules.jurisdiction_id,
        "endpoints": [endpoint],
    }
    return Answer(root="discovery", content=content)


async def services(call: Call) -> Answer:
    """Return the catalogue."""
    district = call.office.district
    return Answer(root="services", content=[_service(each, district) for each in district.catalogue.values()])


def _service(category: Category, district: District) -> dict[str, Any]:
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": f"{category.major} · {category.minor} · {category.name}",
        "metadata": category.code in district.questions,
        "type": "realtime",
        "keywords": f"{category.major},{category.minor}",
        "group": category.major,
    }


async def definition(call: Call) -> Answer:
    """Return what a category asks."""
    code, district = call.request.path_params["service_code"], call.office.district
    known_category(code, district)
    questions = district.questions.get(code, ())
    attributes = [_attribute(question, order) for order, question in enumerate(questions, 1)]
    return Answer(root="service_definition", content={"service_code": code, "attributes": attributes})


def _attribute(question: Question, order: int) -> dict[str, Any]:
    asked = {
        "variable": not question.only_shown,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.required,
        "datatype_description": question.hint or None,
        "order": order,
        "description": question.question,
    }
    if question.values:
        asked["values"] = [{"key": key, "name": name} for key, name in question.values.items()]
    return asked


async def communities(call: Call) -> Answer:
    """Return the communities, whose codes are the `address_id` (an extension)."""
    district = call.office.district
    streets = {place.code: place.name for place in district.places}
    rows = [
        {"address_id": code, "name": place.name, "street": streets[place.street]}
        for code, place in district.communities.items()
    ]
    return Answer(root="communities", content=rows)


def known_category(code: str, district: District) -> Category:
    """Return the category of a service code, or refuse it."""
    if code not in district.catalogue:
        sentence = both(
            "没有这个 service_code，请对照 services.json。", "The service_code was not found; see services.json."
        )
        raise Refused(NOT_FOUND, sentence)
    return district.catalogue[code]
