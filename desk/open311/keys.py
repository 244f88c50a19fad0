"""Who calls, how often, and for which jurisdiction."""

from datetime import datetime
from urllib.parse import urlsplit

from casebook import door_calls
from casebook.open311_rules import Client
from casebook.settings import Settings
from desk.office import Office
from desk.open311.answers import FORBIDDEN, NOT_FOUND, TOO_MANY, Refused, both

PUBLIC = "*"  # no client is called so
MINUTE_SECONDS = 60
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
NO_KEY = both("缺少 api_key，或它不对。请向指挥中心申请密钥。", "The api_key is missing or invalid.")


def client_of(office: Office, key: str | None) -> Client | None:
    """Return whose key it is; without a key, or with a wrong one, None."""
    alone = is_for_this_machine_only(office.settings)
    return office.district.open311.client_with(key, on_loopback=alone) if key else None


def is_for_this_machine_only(settings: Settings) -> bool:
    """Tell whether nobody else reaches the desk: neither itself nor through a proxy in front of it."""
    return settings.bind in LOOPBACK and urlsplit(settings.base_url).hostname in LOOPBACK


async def within_limit(office: Office, client: Client | None, *, now: datetime) -> None:
    """Count the call; refuse it when its client, or all without a key together, had too many in this minute."""
    rules = office.district.open311
    most = client.per_minute if client else rules.public_per_minute
    async with office.casebook.begin() as casebook:
        calls = await door_calls.count(casebook, client.code if client else PUBLIC, now=now)
    if calls > most:
        sentence = both(f"每分钟最多 {most} 次。请稍后再试。", f"At most {most} calls a minute; try again later.")
        raise Refused(TOO_MANY, sentence, retry_after=MINUTE_SECONDS - now.second)


def checked_key(client: Client | None, *, key: str | None, needed: bool) -> None:
    """Refuse a wrong key always, and none where one is needed."""
    if client is None and (key or needed):
        raise Refused(FORBIDDEN, NO_KEY)


def checked_jurisdiction(office: Office, given: str | None) -> None:
    """Refuse a call that is meant for somebody else; left out, it is for us."""
    ours = office.district.open311.jurisdiction_id
    if given and given != ours:
        sentence = both(f"没有这个 jurisdiction_id，本区是 {ours}。", f"jurisdiction_id was not found; ours is {ours}.")
        raise Refused(NOT_FOUND, sentence)
