"""What a report brought through the Open311 door stands on the pages of those who work on it."""

import pytest
import requests
from playwright.async_api import Page, expect

from tests.desk.district_life import DistrictLife
from tests.open311.door import PNG

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
PHONE = "13800010001"


def reported(life: DistrictLife) -> str:
    """Another program sends a report with an answer and a picture, and adds something; return the number."""
    door = f"{life.url}/open311/v2"
    form = {
        "api_key": "demo",
        "service_code": "020101",
        "address_id": "420102002003",
        "attribute[danger]": "yes",
        "description": "样例",
        "media_url": "https://pictures.example/1.jpg",
    }
    sent = requests.post(f"{door}/requests.json", form, files=[("media", ("a", PNG, ""))], timeout=60)
    number = str(sent.json()[0]["service_request_id"])
    addition = {"api_key": "demo", "service_request_id": number, "description": f"还没有人来，请打 {PHONE}。"}
    assert 201 == requests.post(f"{door}/servicerequestupdates.json", addition, timeout=60).status_code
    return number


async def test_answers_pictures_and_additions_stand_on_request_and_work_order(page: Page, life: DistrictLife) -> None:
    number = reported(life)
    work_order_id = await life.work_order(number)
    for path in (f"/requests/{number}", f"/work-orders/{work_order_id}"):
        await page.goto(path)
        brought = page.locator("section.card").filter(has_text="随诉求提交")
        await expect(brought).to_contain_text("井口现在是否敞开")
        await expect(brought).to_contain_text("还没有人来")
        assert PHONE not in await brought.inner_text()
        picture = await brought.locator("img.picture").get_attribute("src")
        shown = await page.request.get(life.url + str(picture))
        assert "image/png" == shown.headers["content-type"]
        assert (await shown.body()).startswith(PNG[:8])
