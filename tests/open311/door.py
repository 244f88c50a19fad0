"""The door as a program of somebody else sees it."""

import secrets
from dataclasses import dataclass
from typing import Any

import requests

from tests.open311.hostile import picture

APP_KEY, SLOW_KEY, DEMO_KEY = "app-" + "k" * 40, "slow-" + "k" * 40, "demo"
SLOW_LIMIT = 3
COMMUNITY = "420102002003"
PNG = picture("PNG", colour="red")
Files = list[tuple[str, tuple[str, bytes, str]]]


@dataclass(frozen=True, kw_only=True)
class Door:
    """Calls the door at `url`."""

    url: str
    session: requests.Session

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.session.get(f"{self.url}/{path}", params=params, timeout=60)

    def post(
        self, path: str, data: Any, *, files: Files | None = None, headers: dict[str, str] | None = None
    ) -> requests.Response:
        return self.session.post(f"{self.url}/{path}", data=data, files=files, headers=headers, timeout=60)

    def report(self, *, files: Files | None = None, **changes: Any) -> requests.Response:
        """Send a report that is right, but for the changes; `...` leaves a field out."""
        values = {
            "api_key": DEMO_KEY,
            "service_code": "010101",
            "address_id": COMMUNITY,
            "description": "楼下垃圾没有清运。",
            "external_id": secrets.token_hex(8),
        }
        given = {name: value for name, value in (values | changes).items() if value is not ...}
        return self.post("requests.json", given, files=files)

    def sent(self, *, files: Files | None = None, **changes: Any) -> str:
        """Send a report that is taken in; return its number."""
        answer = self.report(files=files, **changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()[0]["service_request_id"])

    def seen(self, number: str, **params: Any) -> dict[str, Any]:
        """Return one request as the door shows it."""
        (row,) = self.get(f"requests/{number}.json", **params).json()
        return dict(row)
