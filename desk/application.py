"""The desk put together: pages, intake and health in one process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from nicegui import app as pages
from nicegui import ui
from starlette.requests import Request

from casebook.clock import clock_from
from casebook.district import District
from casebook.engine import open_casebook
from casebook.errors import MinhuError
from casebook.settings import Settings
from desk import (
    api,
    appeals_page,
    assessment_page,
    callback_page,
    citizen_page,
    city_door,
    command_centre,
    directory_pages,
    handset,
    inspection_page,
    intake_page,
    memory_page,
    platform_door,
    rating_page,
    registration_page,
    reports_page,
    request_page,
    route_page,
    sms_door,
    status_door,
    texts_page,
    unit_pages,
    work_order_page,
)
from desk.layout import card, citizen_frame, staff_frame
from desk.office import BROKEN, Office, unexpected
from desk.on_site import make_on_site_router
from desk.open311 import make_open311_router
from desk.report_door import make_report_router

Build = Callable[..., Awaitable[None]]
Frame = Callable[[Office], AbstractContextManager[None]]
NOT_FOUND = 404
PAGES: tuple[tuple[str, str, Build, Frame], ...] = (
    ("/", "指挥中心", command_centre.build, staff_frame),
    ("/requests/{request_id}", "诉求卷宗", request_page.build, staff_frame),
    ("/units", "单位工作台", unit_pages.build_list, staff_frame),
    ("/units/{unit}", "单位工单", unit_pages.build_unit, staff_frame),
    ("/callbacks", "回访", callback_page.build_list, staff_frame),
    ("/callbacks/{request_id}", "电话回访", callback_page.build_call, staff_frame),
    ("/ratings/{rating_id:path}", "评价办理结果", rating_page.build_at_desk, staff_frame),
    ("/work-orders/{work_order_id}", "工单", work_order_page.build, staff_frame),
    ("/inspections", "督查", inspection_page.build_list, staff_frame),
    ("/inspections/{inspection_id}", "督查事项", inspection_page.build_file, staff_frame),
    ("/directory", "单位目录", directory_pages.build_list, staff_frame),
    ("/directory/{unit}", "单位", directory_pages.build_unit, staff_frame),
    ("/route", "派单预演", route_page.build, staff_frame),
    ("/memory", "派单记忆", memory_page.build, staff_frame),
    ("/appeals", "得分申诉", appeals_page.build, staff_frame),
    ("/assessment", "考核", assessment_page.build, staff_frame),
    ("/assessment/cases/{period}/{level}/{key}", "考核明细", assessment_page.build_cases, staff_frame),
    ("/assessment/signals/{period}", "供督查核对的异常", assessment_page.build_signals, staff_frame),
    ("/reports", "通报", reports_page.build_list, staff_frame),
    ("/reports/{report_id}", "一份通报", reports_page.build_report, staff_frame),
    ("/register", "登记诉求", registration_page.build, staff_frame),
    ("/intake", "收件", intake_page.build, staff_frame),
    ("/texts", "短信文本", texts_page.build, staff_frame),
    ("/handset", "虚拟手机", handset.build, staff_frame),
    ("/r/{token}", "请您评价", rating_page.build, citizen_frame),
    ("/q/{token}", "诉求进度", citizen_page.build, citizen_frame),
)


def make_app(settings: Settings, district: District) -> FastAPI:
    """Return the desk as an application; the casebook is opened now and closed when it ends."""
    office = Office(
        casebook=open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key),
        district=district,
        clock=clock_from(settings.clock_file),
        settings=settings,
    )

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        await office.casebook.dispose()

    app = FastAPI(
        title="民呼我应 收件接口",
        version="1",
        docs_url=None,  # both viewers would be fetched from elsewhere
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=life,
    )
    app.include_router(api.make_router(office))
    app.include_router(city_door.make_city_router(office))
    app.include_router(sms_door.make_sms_router(office))
    app.include_router(platform_door.make_platform_router(office))
    app.include_router(status_door.make_status_router(office))
    app.include_router(make_open311_router(office))
    app.include_router(make_report_router(office))
    app.include_router(make_on_site_router(office))
    for path, title, build, frame in PAGES:
        _add_page(office, path, title=title, draw=_drawn(office, build, frame=frame))
    pages._exception_handlers[:] = [unexpected]  # noqa: SLF001 - NiceGUI's own one logs the error's words
    ui.run_with(app, title="民呼我应", favicon="📮", language="zh-CN", show_welcome_message=False)
    return app


def _add_page(office: Office, path: str, *, title: str, draw: Callable[[Request], Awaitable[None]]) -> None:
    async def show(request: Request) -> None:
        await draw(request)

    ui.page(path, title=f"{title} · {office.district.name} 民呼我应")(show)


def _drawn(office: Office, build: Build, *, frame: Frame) -> Callable[[Request], Awaitable[None]]:
    async def draw(request: Request) -> None:
        with frame(office), ui.element("div").style("display: contents") as content:
            await _fill(office, build, content=content, values=request.path_params)

    return draw


async def _fill(office: Office, build: Build, *, content: ui.element, values: dict[str, Any]) -> None:
    client = ui.context.client
    try:
        await build(office, **values)
    except MinhuError as refusal:
        client.status_code = NOT_FOUND
        sentence = str(refusal)
    except Exception as error:  # noqa: BLE001 - a person sees a sentence, whatever broke
        client.status_code = BROKEN
        sentence = unexpected(error)
    else:
        return
    content.clear()
    with content, card("打不开这一页"):
        ui.label(sentence)
