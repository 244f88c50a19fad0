"""The casebook is down: the desk says so in a sentence, keeps secrets to itself, and recovers by itself."""

import asyncio
import urllib.error
import urllib.request

import pytest
from playwright.async_api import Page, expect

from launcher.stack import Machine
from tests.desk.district_life import NAME, DistrictLife

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


def health(life: DistrictLife) -> int:
    try:
        with urllib.request.urlopen(f"{life.url}/healthz", timeout=60) as answer:  # noqa: S310 - our own desk
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


async def test_an_outage_is_a_sentence_and_passes(page: Page, life: DistrictLife, machine: Machine) -> None:
    work_order_id = await life.work_order(await life.request())
    token = await life.invited(work_order_id.rpartition("-")[0])
    await page.goto(f"/work-orders/{work_order_id}")
    await page.get_by_text("签收，由本单位办理").click()
    await asyncio.to_thread(machine.stop, "postgres")
    try:
        await page.get_by_role("button", name="提交回单").click()
        await expect(page.get_by_text("系统暂时没能完成这一步")).to_be_visible(timeout=60_000)
        answer = await page.request.get(f"/r/{token}")
        assert answer.status == 500
        assert await asyncio.to_thread(health, life) == 503
    finally:
        await asyncio.to_thread(machine.start, "postgres")
    assert await asyncio.to_thread(health, life) == 200
    await page.get_by_role("button", name="提交回单").click()
    await expect(page.get_by_text("回单已提交。")).to_be_visible()
    logs = "".join(log.read_text(encoding="utf-8") for log in machine.settings.state.rglob("desk*.log"))
    assert "unexpected error" in logs
    assert [secret for secret in (token, NAME, "Traceback", "password") if secret in logs] == []
