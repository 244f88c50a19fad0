"""One casebook, one desk process and one Chromium for all desk tests; each test has requests of its own."""

import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from casebook.clock import clock_from
from casebook.district import load_district
from casebook.engine import open_casebook
from launcher.private import BROKER_ONLY, private_machine
from launcher.simulator.run import settings_of
from launcher.stack import Machine
from tests.desk.district_life import DistrictLife

CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PLATFORM_SECRET = "message-board-secret"
PHONE = {"width": 390, "height": 844}

expect.set_options(timeout=20_000)  # milliseconds; other tests may be at work beside these


@pytest.fixture(scope="session")
def machine() -> Iterator[Machine]:
    options = replace(BROKER_ONLY, environment={"MINHU_PLATFORM_SECRETS": f"message_board={PLATFORM_SECRET}"})
    with private_machine("postgres", "desk", options=options) as machine:
        machine.smsc_journal.touch()
        yield machine


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def life(machine: Machine) -> AsyncIterator[DistrictLife]:
    settings = settings_of(machine)
    casebook = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
    yield DistrictLife(
        url=machine.desk_url,
        casebook=casebook,
        district=load_district(settings.config),
        clock=clock_from(settings.clock_file),
        journal=machine.smsc_journal,
    )
    await casebook.dispose()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, life: DistrictLife) -> AsyncIterator[Page]:
    """A telephone's browser; afterwards nothing may have gone wrong in it or been fetched from elsewhere."""
    context = await browser.new_context(viewport=PHONE, locale="zh-CN", base_url=life.url)  # type: ignore[arg-type]
    page = await context.new_page()
    wrong: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and message.location["url"] != page.url:  # a page's own 404 is meant
            wrong.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith(life.url) else None)
    yield page
    await context.close()
    assert wrong == []
