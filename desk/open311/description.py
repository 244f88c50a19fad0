"""The door as OpenAPI describes it: parameters, bodies and answers, also the refusals."""

from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
WITHOUT_CONTROLS = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]*$"
GIVEN: Schema = {"type": "string", "pattern": WITHOUT_CONTROLS}
MAYBE: Schema = {"type": ["string", "null"]}
NUMBER: Schema = {"type": ["number", "null"]}
INSTANT: Schema = {"type": "string", "format": "date-time"}
TRUTH: Schema = {"type": "boolean"}


@dataclass(frozen=True, kw_only=True)
class Door:
    """One address with its method: what it takes and what it gives."""

    name: str
    path: str
    method: str
    summary: str
    answer: Schema
    query: dict[str, Schema] = field(default_factory=dict)
    body: Schema | None = None
    needs_key: bool = False


def _object(required: dict[str, Schema], **optional: Schema) -> Schema:
    return {"type": "object", "properties": required | optional, "required": list(required)}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _options(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


ERRORS = _list(_object({"code": {"type": "integer"}, "description": TEXT}))
SERVICE = _object(
    dict.fromkeys(("service_code", "service_name", "description", "keywords", "group"), TEXT)
    | {"metadata": TRUTH, "type": _options("realtime")}
)
ATTRIBUTE = _object(
    {"variable": TRUTH, "code": TEXT, "datatype": TEXT, "required": TRUTH, "datatype_description": MAYBE}
    | {"order": {"type": "integer", "minimum": 1}, "description": TEXT},
    values=_list(_object({"key": TEXT, "name": TEXT})),
)
REQUEST = _object(
    {"service_request_id": TEXT, "status": _options("open", "closed"), "status_notes": TEXT}
    | dict.fromkeys(("service_name", "service_code", "agency_responsible", "address", "address_id"), TEXT)
    | dict.fromkeys(("description", "service_notice", "expected_datetime", "zipcode", "media_url"), MAYBE)
    | {"requested_datetime": INSTANT, "updated_datetime": INSTANT, "lat": NUMBER, "long": NUMBER},
    extended_status=TEXT,
    media_urls=_list(TEXT),
)
UPDATE = _object(
    dict.fromkeys(("update_id", "service_request_id", "status", "external_status_code", "description"), TEXT)
    | {"updated_datetime": INSTANT, "media_url": MAYBE}
)
DISCOVERY = _object(
    dict.fromkeys(("changeset", "contact", "key_service", "jurisdiction_id"), TEXT)
    | {"endpoints": _list(_object(dict.fromkeys(("specification", "url", "changeset", "type"), TEXT)))}
)
TAKEN = _object({"service_request_id": TEXT, "service_notice": TEXT, "account_id": MAYBE})
LISTED = {
    "page": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
    "page_size": {"type": "integer", "minimum": 1},
}
SPAN = {"start_date": INSTANT, "end_date": INSTANT}
WORDS = GIVEN | {"maxLength": 4000}
REPORT = {
    "type": "object",
    "required": ["service_code"],
    "properties": {
        "service_code": GIVEN,
        "address_id": GIVEN | {"description": "社区代码，见 communities.json"},
        "address_string": GIVEN | {"maxLength": 200},
        "lat": {"type": "number", "description": "WGS-84"},
        "long": {"type": "number", "description": "WGS-84"},
        "description": WORDS,
        "external_id": GIVEN | {"maxLength": 80, "description": "提交方自己的编号；同一编号只收一次"},
        **dict.fromkeys(("first_name", "last_name", "phone", "email", "device_id", "account_id"), GIVEN),
        "media_url": GIVEN,
        "attribute[danger]": GIVEN
        | {
            "description": "attribute[code]：类别的附加问题，见 services/<code>.json",
        },
    },
}
ADDITION = {
    "type": "object",
    "required": ["service_request_id", "description"],
    "properties": {
        "service_request_id": GIVEN,
        "description": WORDS,
        "update_id": GIVEN,
        "status": GIVEN,
        "media_url": GIVEN,
    },
}
NUMBERS = {"service_request_id": GIVEN | {"description": "一个或多个，逗号分隔"}}
FILTERS = NUMBERS | SPAN | LISTED
DOORS = (
    Door(name="discovery", path="discovery", method="GET", summary="服务发现", answer=DISCOVERY),
    Door(name="services", path="services", method="GET", summary="事项类别", answer=_list(SERVICE)),
    Door(
        name="definition",
        path="services/{service_code}",
        method="GET",
        summary="一个类别的附加问题",
        answer=_object({"service_code": TEXT, "attributes": _list(ATTRIBUTE)}),
    ),
    Door(
        name="communities",
        path="communities",
        method="GET",
        summary="社区代码（扩展）",
        answer=_list(_object({"address_id": TEXT, "name": TEXT, "street": TEXT})),
    ),
    Door(
        name="report",
        path="requests",
        method="POST",
        summary="提交诉求",
        answer=_list(TAKEN),
        body=REPORT,
        needs_key=True,
    ),
    Door(
        name="requests",
        path="requests",
        method="GET",
        summary="诉求列表",
        answer=_list(REQUEST),
        query=FILTERS
        | {"service_code": GIVEN, "status": _options("open", "closed"), "extensions": _options("true", "false")},
    ),
    Door(
        name="single",
        path="requests/{service_request_id}",
        method="GET",
        summary="一件诉求",
        answer=_list(REQUEST),
        query={"extensions": _options("true", "false")},
    ),
    Door(
        name="token",
        path="tokens/{token_id}",
        method="GET",
        summary="由提交方编号查诉求编号",
        answer=_list(_object({"service_request_id": TEXT, "token": TEXT})),
        needs_key=True,
    ),
    Door(
        name="updates",
        path="servicerequestupdates",
        method="GET",
        summary="进展（扩展）",
        answer=_list(UPDATE),
        query=FILTERS,
    ),
    Door(
        name="addition",
        path="servicerequestupdates",
        method="POST",
        summary="补充说明（扩展）",
        answer=_list(_object({"update_id": TEXT})),
        body=ADDITION,
        needs_key=True,
    ),
)
REFUSALS = {400: "内容不对", 403: "密钥不对", 404: "找不到", 429: "太频繁，见 Retry-After", 500: "系统出错"}
REFUSALS_OF_BODIES = {413: "太大", 415: "类型不对"}
MEDIA = {
    "parameters": [{"name": "picture_id", "in": "path", "required": True, "schema": TEXT}],
    "responses": {
        "200": {"description": "图片", "content": {"image/*": {"schema": {}}}},
        **{str(status): {"description": REFUSALS[status]} for status in (404, 500)},
    },
}


def described(door: Door) -> Schema:
    """Return a door as an OpenAPI operation."""
    named = [part[1:-1] for part in door.path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in named]
    parameters.append({"name": "format", "in": "path", "required": True, "schema": _options("xml", "json")})
    query = {"jurisdiction_id": GIVEN, "api_key": GIVEN} | door.query
    parameters += [
        {"name": name, "in": "query", "required": name == "api_key" and door.needs_key, "schema": _or_empty(schema)}
        for name, schema in query.items()
    ]
    success = "201" if door.method == "POST" else "200"
    refused = REFUSALS | (REFUSALS_OF_BODIES if door.body else {})
    responses = {str(status): _both_forms(text, ERRORS) for status, text in refused.items()}
    operation: Schema = {
        "parameters": parameters,
        "responses": {success: _both_forms("成功", door.answer), **responses},
    }
    if door.body:
        form = {"schema": door.body}
        operation["requestBody"] = {"required": True, "content": {"application/x-www-form-urlencoded": form}}
        if door.name == "report":
            operation["requestBody"]["content"]["multipart/form-data"] = form
    return operation


def _or_empty(schema: Schema) -> Schema:
    """Allow an empty value beside a strict one: by the standard it is as good as none."""
    return schema if schema == GIVEN else {"anyOf": [schema, {"type": "string", "maxLength": 0}]}


def _both_forms(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}, "text/xml": {"schema": {}}}}
