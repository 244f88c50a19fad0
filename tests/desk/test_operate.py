"""Operators find a request by its number in Operate, see where it waits, and read what is wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from playwright.async_api import Error as PlaywrightError

from launcher.incidents import count_incidents
from launcher.machine import ROOT
from launcher.parts import MachineOptions
from launcher.private import kill, private_machine
from launcher.stack import Machine
from tests.process.town import Town

SHOTS = ROOT / "build" / "screenshots"
IMPORT_LIMIT_MS = 60_000
LIST_LIMIT_MS = 6_000
NEIGHBOURS = "070101"
NOWHERE = "420102999999"


@pytest.fixture(scope="module")
def operated() -> Iterator[Machine]:
    options = MachineOptions(operate=True, movable_clock=True)
    with private_machine(options=options) as machine:
        machine.start()
        yield machine


@pytest_asyncio.fixture(loop_scope="session")
async def town(operated: Machine) -> AsyncIterator[Town]:
    async with Town.of(operated) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="session")
async def operate(browser: Browser, operated: Machine) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1500, "height": 950}, base_url=operated.operate_url)
    page = await context.new_page()
    await page.goto("/operate/login")
    await page.fill("input[name=username]", "demo")
    await page.fill("input[name=password]", "demo")
    await page.click("button[type=submit]")
    await expect(page.get_by_role("link", name="Processes")).to_be_visible(timeout=IMPORT_LIMIT_MS)
    yield page
    await context.close()


async def shot(page: Page, name: str) -> Path:
    SHOTS.mkdir(parents=True, exist_ok=True)
    file = SHOTS / f"{name}.png"
    await page.screenshot(path=file)
    return file


async def filter_by(page: Page, request_id: str) -> None:
    """Filter the instances by the variable `request_id`, as an operator does."""
    await page.goto("/operate/processes?active=true&incidents=true")
    await page.get_by_role("button", name="More Filters").click()
    await page.get_by_role("menuitem", name="Variable").click()
    await page.get_by_test_id("optional-filter-variable-name").fill("request_id")
    await page.get_by_test_id("optional-filter-variable-value").fill(f'"{request_id}"')


async def find(page: Page, request_id: str) -> None:
    """Find the request's own process, as soon as Operate has imported it, and open it."""
    limit = time.monotonic() + IMPORT_LIMIT_MS / 1000
    row = page.get_by_role("row").filter(has_text="民呼我应")
    found = False
    while not found:
        assert time.monotonic() < limit, f"Operate does not list {request_id}"
        await filter_by(page, request_id)
        try:  # the list before the filter took hold may show another request's row, which then goes
            await expect(row).to_have_count(1, timeout=LIST_LIMIT_MS)
            await shot(page, "operate_list")
            await row.get_by_role("link", name="View instance").click(timeout=LIST_LIMIT_MS)
            found = True
        except (AssertionError, PlaywrightError):
            continue


@pytest.mark.asyncio(loop_scope="session")
async def test_a_request_is_found_by_its_number_and_shows_where_it_waits(town: Town, operate: Page) -> None:
    request_id = await town.receive(NEIGHBOURS)
    await find(operate, request_id)
    badge = operate.locator('[data-container-id="CallActivity_Dispatch"]')  # what Operate lays over that box
    await expect(badge).to_contain_text("1", timeout=IMPORT_LIMIT_MS)
    await shot(operate, "operate_instance")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_killed_search_engine_comes_back_and_operate_catches_up(town: Town, operate: Page) -> None:
    before = await town.receive(NEIGHBOURS)
    await find(operate, before)
    kill(town.machine, "opensearch")
    meanwhile = await town.receive(NEIGHBOURS)  # the loop goes on without it

    await asyncio.to_thread(town.machine.start, "opensearch")

    for request_id in (before, meanwhile):
        await find(operate, request_id)


@pytest.mark.asyncio(loop_scope="session")
async def test_an_incident_is_a_chinese_sentence_that_says_what_to_do(town: Town, operate: Page) -> None:
    request_id = await town.take_in(NEIGHBOURS, community=NOWHERE)
    limit = time.monotonic() + IMPORT_LIMIT_MS / 1000
    while count_incidents(town.machine) != 1:
        assert time.monotonic() < limit, "no incident appeared"
        await operate.wait_for_timeout(200)
    await operate.goto("/operate/processes?incidents=true")
    sentence = f"诉求 {request_id}：社区 {NOWHERE} 没有"
    await operate.goto("/operate")
    await expect(operate.get_by_text(sentence).first).to_be_visible(timeout=IMPORT_LIMIT_MS)
    await shot(operate, "operate_incident")
