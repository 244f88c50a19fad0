"""The addresses of the Open311 door: each answers in XML or JSON by its extension, also when it refuses."""

import re
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from casebook import pictures
from casebook.pictures import Picture
from desk.office import Office, unexpected
from desk.open311 import keys, posting, services, showing
from desk.open311.answers import BAD_REQUEST, BROKEN, FORMATS, NOT_FOUND, Answer, Refused, both, refusal
from desk.open311.description import DOORS, MEDIA, Door, described
from desk.open311.reading import Call, Pairs, form_of, gathered, query_of

ROOT = "/open311/v2"
WRONG_METHOD = 405
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
AT_MEDIA = re.compile("/media/[^/]+").fullmatch
PICTURE_ID = re.compile(r"[\w-]{20,64}")
Handler = Callable[[Call], Awaitable[Answer]]
HANDLERS: dict[str, Handler] = {
    "discovery": services.discovery,
    "services": services.services,
    "definition": services.definition,
    "communities": services.communities,
    "report": posting.report,
    "requests": showing.requests,
    "single": showing.single,
    "token": showing.token,
    "updates": showing.updates,
    "addition": posting.addition,
}


def make_open311_router(office: Office) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=ROOT)
    for door in DOORS:
        router.add_api_route(
            f"/{door.path}.{{format}}",
            _endpoint(office, door, handler=HANDLERS[door.name]),
            methods=[door.method],
            status_code=posting.CREATED if door.method == "POST" else 200,
            operation_id=f"open311_{door.name}",
            summary=door.summary,
            openapi_extra=described(door),
            response_class=Response,
            tags=["Open311 GeoReport v2"],
        )

    async def picture(request: Request) -> Response:
        """Return a picture by its unguessable address."""
        return await _picture(office, request.path_params["picture_id"])

    router.add_api_route("/media/{picture_id}", picture, openapi_extra=MEDIA, response_class=Response)

    async def elsewhere(request: Request) -> Response:
        """Refuse any other address or method in the form of the extension."""
        return _elsewhere(request)

    router.add_api_route("/{rest:path}", elsewhere, methods=list(METHODS), include_in_schema=False)
    return router


def _elsewhere(request: Request) -> Response:
    path = "/" + request.path_params["rest"]
    fitting = [*(door.method for door in DOORS if _pattern(door).fullmatch(path)), *(["GET"] if AT_MEDIA(path) else ())]
    if not fitting:
        sentence = both("没有这个地址，请对照 discovery.json 和文档。", "There is nothing at this address.")
        return refusal(Refused(NOT_FOUND, sentence)).response(_extension(request))
    sentence = both("这个地址不接受这种方法。", "This method is not allowed here.")
    answer = refusal(Refused(WRONG_METHOD, sentence)).response(_extension(request))
    answer.headers["Allow"] = ", ".join(sorted(fitting))
    return answer


def _pattern(door: Door) -> re.Pattern[str]:
    return re.compile("/" + re.sub(r"\{\w+\}", "[^/]+", door.path) + r"\.(xml|json)")


def _endpoint(office: Office, door: Door, *, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        form = _extension(request)
        try:
            answered = await handler(await _call(office, request, door=door))
        except Refused as refused:
            answered = refusal(refused)
        except Exception as error:  # noqa: BLE001 - the other side gets a sentence, whatever broke
            answered = refusal(Refused(BROKEN, both(unexpected(error), "Something broke; please try again later.")))
        return answered.response(form)

    return answer


async def _call(office: Office, request: Request, *, door: Door) -> Call:
    """Return the call of somebody who may make it now."""
    if request.path_params["format"] not in FORMATS:
        raise Refused(NOT_FOUND, both("扩展名只能是 .xml 或 .json。", "The extension is .xml or .json."))
    now = office.clock()
    try:
        pairs, found = await _said(request, office, door=door)
        given = gathered(pairs)
    except Refused:
        await keys.within_limit(office, None, now=now)
        raise
    key = next((value for value in reversed(given.get("api_key", ())) if value), None)
    client = keys.client_of(office, key)
    await keys.within_limit(office, client, now=now)
    keys.checked_key(client, key=key, needed=door.needs_key)
    call = Call(
        office=office,
        request=request,
        form=request.path_params["format"],
        given=given,
        uploads=found,
        client=client,
        now=now,
    )
    keys.checked_jurisdiction(office, call.one("jurisdiction_id"))
    return call


async def _said(request: Request, office: Office, *, door: Door) -> tuple[Pairs, tuple[bytes, ...]]:
    pairs = query_of(request)
    if door.method != "POST":
        return pairs, ()
    try:
        fields, found = await form_of(request, office)
    except ClientDisconnect:
        raise Refused(BAD_REQUEST, both("内容没有传完。", "The body broke off.")) from None
    return [*pairs, *fields], found


async def _picture(office: Office, picture_id: str) -> Response:
    try:
        found = await _found(office, picture_id)
    except Refused as refused:
        return refusal(refused).response("xml")
    except Exception as error:  # noqa: BLE001 - the other side gets a sentence, whatever broke
        return refusal(Refused(BROKEN, unexpected(error))).response("xml")
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    headers |= {"Cache-Control": "private, max-age=86400", "Referrer-Policy": "no-referrer"}
    return Response(found.content, media_type=found.media_type, headers=headers)


async def _found(office: Office, picture_id: str) -> Picture:
    found = None
    if PICTURE_ID.fullmatch(picture_id):
        async with office.reading() as casebook:
            found = await pictures.get(casebook, picture_id)
    if found is None:
        raise Refused(NOT_FOUND, both("没有这张图片。", "There is no such picture."))
    return found


def _extension(request: Request) -> str:
    return "json" if request.url.path.endswith(".json") else "xml"
