"""A district works while its machine falls apart: nothing is lost, nothing comes twice, and a defect would be seen."""

import asyncio
from collections import Counter
from random import Random

from launcher.faults.campaign import Length, meanwhile, run, under_way
from launcher.faults.crashes import CrashingWorker, until_died
from launcher.faults.evidence import gather
from launcher.faults.oracles import Findings, Floor, judge
from launcher.faults.stand import WORKERS, Stand, open_stand

SEED = 20261123
# A slow machine takes longer, at most five times. (20 000 until a call that joins a matter came to 20 statements.)
LENGTH = Length(minutes=4, acknowledged=8_000)
DEATHS_WITHIN_SECONDS = 120
IN_THE_SENDERS_HANDS = ["sms_sender:after_sending", "sms_sender:after_answer"]


def test_a_district_whose_parts_fail_at_random_loses_nothing_and_repeats_nothing() -> None:
    report = run(LENGTH, SEED)
    report.show()
    wrong = (report.lost, report.duplicated, report.invented, report.stuck, report.not_proven)
    assert (([], [], [], [], []), "PASSED") == (wrong, report.verdict)


async def messages_after_deaths_of_the_sender(stand: Stand) -> Findings:
    died_at: Counter[str] = Counter()
    dice = Random(SEED)  # noqa: S311 - repeated by its seed
    dying = CrashingWorker(stand, WORKERS[0], dice=dice, died_at=died_at)
    async with under_way(stand, seed=SEED) as campaign:
        campaign.open_most, campaign.again_callers = 10, 0
        deaths = dying.run(IN_THE_SENDERS_HANDS, passages=(1, 3), rest_seconds=0.0)
        async with meanwhile(campaign.life(), deaths):
            await until_died(stand, died_at, points=IN_THE_SENDERS_HANDS, limit_seconds=DEATHS_WITHIN_SECONDS)
        await campaign.heal(WORKERS)
    evidence = await asyncio.to_thread(gather, stand, chosen=IN_THE_SENDERS_HANDS, faults=died_at)
    return judge(evidence, Floor(acknowledged=1))


def test_a_sender_that_sends_again_what_a_dead_one_may_have_sent_is_found_out() -> None:
    with open_stand(nursery="tests.faults.forgetful_nursery") as stand:
        findings = asyncio.run(messages_after_deaths_of_the_sender(stand))
    assert "FAILED" == findings.verdict
    assert findings.duplicated
