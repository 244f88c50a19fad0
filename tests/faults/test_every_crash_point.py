"""A worker dies once at every named point of every job, of the relay and the sender; every request finishes."""

import asyncio
from collections import Counter
from random import Random

from launcher.faults.campaign import meanwhile, under_way
from launcher.faults.crashes import CrashingWorker, until_died
from launcher.faults.evidence import gather
from launcher.faults.oracles import Findings, Floor, judge
from launcher.faults.stand import WORKERS, Stand, open_stand
from workers.crash_points import every_point

SEED = 4
LIMIT_SECONDS = 900.0  # with the reminders of reports, for which a day has to pass
OPEN_MOST = 30
CALLS_FOR_A_REPORT = 8
SUPERVISED_OF_A_HUNDRED = MERGED_OF_A_HUNDRED = APPEALED_OF_A_HUNDRED = SUPPLEMENTED_OF_A_HUNDRED = 25


async def sweep(stand: Stand) -> tuple[list[str], Findings]:
    died_at: Counter[str] = Counter()
    dice = Random(SEED)  # noqa: S311 - repeated by its seed
    workers = [CrashingWorker(stand, name, dice=dice, died_at=died_at) for name in WORKERS]
    deaths = (worker.run(every_point(), passages=(1, 1), rest_seconds=0.0) for worker in workers)
    async with under_way(stand, seed=SEED) as campaign:
        campaign.open_most, campaign.again_callers = OPEN_MOST, 0
        campaign.people.supervised_of_a_hundred = SUPERVISED_OF_A_HUNDRED  # else their crash points come last
        campaign.people.merged_of_a_hundred = MERGED_OF_A_HUNDRED
        campaign.people.appealed_of_a_hundred = APPEALED_OF_A_HUNDRED
        campaign.people.supplemented_of_a_hundred = SUPPLEMENTED_OF_A_HUNDRED
        campaign.people.calls_for_a_report = CALLS_FOR_A_REPORT
        async with meanwhile(campaign.life(), *deaths):
            left = await until_died(stand, died_at, points=every_point(), limit_seconds=LIMIT_SECONDS)
        await campaign.heal(WORKERS)
    evidence = await asyncio.to_thread(gather, stand, chosen=["crash_point"], faults={"crash_point": died_at.total()})
    return left, judge(evidence, Floor(acknowledged=100))


def test_dying_at_any_point_loses_nothing_and_sends_nothing_twice() -> None:
    with open_stand() as stand:
        left, findings = asyncio.run(sweep(stand))
    assert [] == left
    assert ([], [], [], [], "PASSED") == (
        findings.lost,
        findings.duplicated,
        findings.invented,
        findings.stuck,
        findings.verdict,
    )
