"""A contender: our seam, with validation, log and metrics. Arguments: ADDRESS JOB_TYPE WARM_UP COUNT RESULT_FILE."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from casebook.clock import wall_clock
from casebook.district import load_district
from casebook.engine import open_casebook
from launcher.bench.tally import Tally
from launcher.machine import ROOT
from workers.catalogue import JobType
from workers.health import Health
from workers.job import EngineJob
from workers.log import configure_log
from workers.poller import Poller
from workers.runner import Runner
from workers.variables import Variables
from workers.zeebe import engine

JOB_TIMEOUT_SECONDS = 60.0
NO_CASEBOOK = "postgresql+psycopg://nobody@127.0.0.1/nothing"  # never opened: the job asks for none


class NoOp(Variables):
    """What the engine hands over."""

    sent_at_us: int


class Done(Variables):
    """Nothing is written."""


async def serve(address: str, job_type: str, *, tally: Tally) -> None:
    """Complete jobs as a worker process does until the tally is done."""

    async def no_op(read: NoOp) -> Done:
        tally.entered(read.sent_at_us)
        return Done()

    kind = JobType(
        name=job_type, chinese_name="空任务", promise="", reads=NoOp, writes=Done, needs=(), run=no_op
    )  # fmt: skip
    async with engine(address) as connected:
        runner = Runner(
            engine=connected,
            casebook=open_casebook(NO_CASEBOOK),
            district=load_district(ROOT / "config"),
            clock=wall_clock,
            base_url="",
            health=Health(),
        )

        async def handle(job: EngineJob, variables: dict[str, Any]) -> None:
            await runner.run(kind, job, variables=variables)
            tally.completed()

        poller = Poller(
            source=connected,
            job_type=job_type,
            variables=kind.reads_names(),
            handler=handle,
            watch=runner.health,
            job_timeout_seconds=JOB_TIMEOUT_SECONDS,
        )
        working = asyncio.create_task(poller.run())
        await tally.done.wait()
        working.cancel()
        await asyncio.wait([working])


if __name__ == "__main__":
    _, engine_address, type_of_jobs, warm_up, count, result = sys.argv
    configure_log()
    counted = Tally(warm_up=int(warm_up), count=int(count))
    asyncio.run(serve(engine_address, type_of_jobs, tally=counted))
    counted.write(Path(result))
