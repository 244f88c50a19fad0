"""A contender: pyzeebe's worker as shipped. Arguments: ADDRESS JOB_TYPE WARM_UP COUNT RESULT_FILE."""

import asyncio
import sys
from pathlib import Path

from pyzeebe import ZeebeWorker, create_insecure_channel

from launcher.bench.tally import Tally

STOP_SECONDS = 5.0


async def serve(address: str, job_type: str, *, tally: Tally) -> None:
    """Complete jobs until the tally is done. pyzeebe tells of no completion: the end of the handler must do."""
    worker = ZeebeWorker(create_insecure_channel(grpc_address=address))

    @worker.task(task_type=job_type)  # type: ignore[arg-type]  # its own annotation takes no parameters
    async def no_op(sent_at_us: int) -> dict[str, str]:
        tally.entered(sent_at_us)
        asyncio.get_running_loop().call_soon(tally.completed)
        return {}

    working = asyncio.create_task(worker.work())
    await tally.done.wait()
    working.cancel()
    await asyncio.wait([working], timeout=STOP_SECONDS)


if __name__ == "__main__":
    _, engine_address, type_of_jobs, warm_up, count, result = sys.argv
    counted = Tally(warm_up=int(warm_up), count=int(count))
    asyncio.run(serve(engine_address, type_of_jobs, tally=counted))
    counted.write(Path(result))
