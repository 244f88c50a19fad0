"""The questions of one SMPP session: asked, written, answered, each at most once."""

import asyncio

from workers.crash_points import CrashPoints
from workers.sms_gateway import Answer, Refused, Unknown

MOST_UNANSWERED = 10_000


class Questions:
    """What waits to be written, by name, and what waits for its answer, by its number on the wire."""

    def __init__(self, crash: CrashPoints) -> None:
        """Begin with none."""
        self._unwritten: dict[str, asyncio.Future[Answer]] = {}
        self._unanswered: dict[int, asyncio.Future[Answer]] = {}
        self._crash, self._over = crash, False

    def ask(self, name: str) -> asyncio.Future[Answer]:
        """Return the future of an answer; it may never be done."""
        if self._over:
            return answered(Refused("not_connected", for_now=True))
        self._unwritten[name] = asyncio.get_running_loop().create_future()
        return self._unwritten[name]

    def write(self, name: str, number: int) -> None:
        """Note that this is written now; ValueError, upon which it is not, when nobody wants it any more."""
        if name not in self._unwritten:
            raise ValueError("withdrawn")
        if len(self._unanswered) >= MOST_UNANSWERED:
            self._unanswered.pop(next(iter(self._unanswered))).cancel()
        self._unanswered[number] = self._unwritten.pop(name)
        asyncio.get_running_loop().call_soon(self._crash.reached, "sms_sender", "after_sending")

    def answer(self, number: int, answer: Answer) -> None:
        """Note what was answered; what nobody asked is passed over."""
        if (future := self._unanswered.pop(number, None)) and not future.done():
            future.set_result(answer)

    def refuse(self, name: str, answer: Answer) -> None:
        """Answer for what was not written yet: it never will be."""
        if (future := self._unwritten.pop(name, None)) and not future.done():
            future.set_result(answer)

    def end(self) -> None:
        """Answer for all: what was not written is refused, of the rest nobody knows."""
        self._over = True
        for name in list(self._unwritten):
            self.refuse(name, Refused("not_connected", for_now=True))
        for number in list(self._unanswered):
            self.answer(number, Unknown("connection_lost"))


def answered(answer: Answer) -> asyncio.Future[Answer]:
    """Return a future that is done."""
    future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    future.set_result(answer)
    return future
