"""All parts of one machine: started in order, resumed, stopped.

`./minhu up` and the demonstration use `Machine()`. A test starts what it needs, private and on free ports:

    with private_machine("postgres", "camunda", "smsc") as machine:   # launcher.private: broker only, movable clock
        machine.deploy()
        machine.start("workers")

Names are those of `parts.order`. All methods block; from a coroutine call them with `asyncio.to_thread`.
"""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from launcher import engine, parts, python_parts
from launcher.city_secret import city_environment
from launcher.clock import MovableClock
from launcher.kept_secret import PERSONAL_KEY, kept_secret
from launcher.machine import LOOPBACK, ROOT, SHORT_LIVED, MachineSettings
from launcher.models import deploy_models
from launcher.parts import MachineOptions, is_worker, make_part, noted_mode
from launcher.ports import Ports
from launcher.postgres import Postgres
from launcher.process import Part, Processes
from launcher.progress import say
from launcher.register import Decisions, prepare_casebook
from launcher.room import require_room
from launcher.turn import turn

DEMO_REFRESH_SECONDS = 10  # two cores have better things to do than to refresh indices while days fly by


class Machine:
    """The parts of one state folder. Any later Machine on the same folder finds them again."""

    def __init__(self, settings: MachineSettings | None = None, *, options: MachineOptions | None = None) -> None:
        self.settings = settings or MachineSettings()
        self.options = options or MachineOptions()
        self.ports = Ports(self.settings)
        self.processes = Processes(self.settings.state)
        self.postgres = Postgres(self.settings.state)

    @classmethod
    def found(cls, settings: MachineSettings | None = None) -> "Machine":
        """Return the machine of a state folder in the mode in which it was started.

        A demonstration that was kept (`./minhu demo --keep`) is found while nothing else runs.
        """
        settings = settings or MachineSettings()
        machine = cls(settings, options=noted_mode(settings.state))
        kept = _demo_settings(settings)
        demonstration = cls(kept, options=noted_mode(kept.state))
        return demonstration if demonstration.running_parts() and not machine.running_parts() else machine

    @property
    def database_url(self) -> str:
        """SQLAlchemy address of the casebook: DATABASE_URL, else our own PostgreSQL."""
        given = self.settings.database_url
        return given.get_secret_value() if given else self.postgres.url(self.ports["postgres"])

    @property
    def personal_key(self) -> SecretStr:
        """What seals personal data: MINHU_PERSONAL_KEY, else this state folder's own key."""
        return self.settings.personal_key or SecretStr(kept_secret(self.settings.state, PERSONAL_KEY))

    @property
    def zeebe(self) -> str:
        """Return host:port of the engine's gRPC."""
        return engine.gateway(self.ports)

    @property
    def operate_url(self) -> str:
        """Address of Operate and its REST interface."""
        return engine.operate_url(self.ports)

    @property
    def desk_url(self) -> str:
        """Address of the desk."""
        return self.settings.base_url or f"http://{LOOPBACK}:{self.ports['desk']}"

    @property
    def smsc_journal(self) -> Path:
        """What the SMSC received, one JSON object a line."""
        return self.settings.state / "smsc.jsonl"

    @property
    def clock_file(self) -> Path | None:
        """The file with the moved clock's offset; None where the wall clock rules."""
        file = self.settings.state / "clock"
        return file if self.movable_clock else None

    @property
    def movable_clock(self) -> bool:
        """Whether the clock is movable: asked for now, or moved before in this state folder."""
        return self.options.movable_clock or (self.settings.state / "clock").exists()

    @property
    def clock(self) -> MovableClock:
        """The clock of the engine and of all Python processes."""
        return MovableClock(engine.management_url(self.ports), file=self.settings.state / "clock")

    def environment(self) -> dict[str, str]:
        """Return the environment of workers and desk."""
        clock = {"MINHU_CLOCK_FILE": str(self.clock_file)} if self.clock_file else {}
        return {
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.database_url,
            "MINHU_PERSONAL_KEY": self.personal_key.get_secret_value(),
            "MINHU_ZEEBE": self.zeebe,
            "MINHU_SMPP": f"{LOOPBACK}:{self.ports['smsc']}",
            "MINHU_SMSC_JOURNAL": str(self.smsc_journal),
            **city_environment(self.settings, port=self.ports["city"]),
            "MINHU_CONFIG": str(self.settings.config),
            "MINHU_BPMN": str(self.settings.bpmn),
            "MINHU_STATE": str(self.settings.state),
            "MINHU_BIND": self.settings.bind,
            "MINHU_DESK_PORT": str(self.ports["desk"]),
            "MINHU_HEALTH_PORT": str(self.ports["health"]),
            "MINHU_BASE_URL": self.desk_url,
            **clock,
            **self.options.environment,
        }

    def start(self, *names: str) -> None:
        """Start the named parts and wait until they are ready; what already runs is kept.

        Without names everything is started, and the models are deployed before the workers begin.
        """
        if not names:
            self.start(*parts.BEFORE_WORKERS)
            self.deploy()
            names = ("workers", *parts.AFTER_WORKERS)
            for name in self._surplus_workers():
                self.processes.stop(name)
        wanted = self._wanted(names)
        with turn(self.settings.state / "starting"):
            missing = [name for name in wanted if self.processes.running(name) is None]
            parts.check_mode(self, missing)
            require_room(self.settings, missing=missing)
            for name in parts.ENGINE_PARTS:  # slow and independent of the rest: both come up while the casebook is made
                if name in missing:
                    self._launch(name)
            if "postgres" in wanted or self.settings.database_url:
                self._start_casebook(missing)
            for name in wanted:
                self._finish(name, missing=missing)

    def deploy(self) -> dict[str, int]:
        """Deploy all models of the bpmn folder as one deployment; return versions by id."""
        return deploy_models(self.zeebe, folder=self.settings.bpmn, state=self.settings.state)

    def watch(self, *, speed: float = 1.0) -> None:
        """Start the process that restarts what died, and moves the clock `speed` seconds a second."""
        if self.processes.running("supervisor") is None:
            self.processes.start(python_parts.supervisor(environment=self.environment(), speed=speed))

    def stop(self, *names: str) -> None:
        """Stop the named parts (everything by default), in reverse order."""
        for name in ("supervisor", *self._surplus_workers(), *reversed(self._order)):
            if not names or name in names:
                self.processes.stop(name)
        if not names:
            self.ports.forget()

    def destroy(self) -> None:
        """Remove the data of a stopped machine."""
        self.postgres.destroy()
        shutil.rmtree(self.settings.state, ignore_errors=True)

    def running_parts(self) -> list[str]:
        """Return the names of the parts that run now."""
        return [name for name in self._order if self.processes.running(name)]

    def expected_parts(self) -> list[str]:
        """Return the names of all parts that belong to this machine in its mode."""
        return self._wanted(())

    def engine_is_healthy(self) -> bool:
        """Whether the broker is well."""
        return engine.is_healthy(self.ports, movable_clock=self.movable_clock)

    @property
    def _order(self) -> tuple[str, ...]:
        return parts.order(self.options.workers)

    def _surplus_workers(self) -> list[str]:
        """Return the worker processes of an earlier start that had more of them."""
        return [name for name in self.processes.names() if is_worker(name) and name not in self._order]

    def _wanted(self, names: tuple[str, ...]) -> list[str]:
        left_out = set() if self.options.operate else {"opensearch"}
        if self.settings.database_url:
            left_out.add("postgres")
        asked = {*names, *(name for name in self._order if is_worker(name) and "workers" in names)} or {*self._order}
        return [name for name in self._order if name in asked - left_out]

    def _launch(self, name: str) -> None:
        self.processes.clear(name)
        self.ports.claim(parts.ports_of(name))
        if name == "postgres":
            self.postgres.prepare()
        self.processes.start(self._part(name))

    def _finish(self, name: str, *, missing: list[str]) -> None:
        part = self._part(name)
        if name in missing and self.processes.running(name) is None and name not in parts.ENGINE_PARTS:
            self._launch(name)
            part = self._part(name)
        self.processes.wait_ready(part)
        if name == "camunda" and self.movable_clock:
            self.clock.restore()
        if name in missing:
            say(f"  ✓ {part.title.strip()}")

    def _start_casebook(self, missing: list[str]) -> None:
        if "postgres" in missing:
            self._launch("postgres")
        if not self.settings.database_url:
            self.processes.wait_ready(self._part("postgres"))
            self.postgres.make_database(self.ports["postgres"])
        now = self.clock.now() if self.movable_clock else datetime.now(UTC)
        decided = Decisions(config=self.settings.config, bpmn=self.settings.bpmn)
        prepare_casebook(self.database_url, key=self.personal_key, decided=decided, now=now)

    def _part(self, name: str) -> Part:
        return make_part(name, machine=self)


def demo_machine(settings: MachineSettings | None = None) -> Machine:
    """Return a fresh machine for a demonstration: its own state folder, emptied, and a movable clock."""
    machine = Machine(_demo_settings(settings or MachineSettings()), options=MachineOptions(movable_clock=True))
    machine.stop()
    machine.destroy()
    return machine


def every_machine(settings: MachineSettings | None = None) -> list[Machine]:
    """Return all machines that may run from a state folder: the district's own and the demonstration's."""
    settings = settings or MachineSettings()
    return [Machine(settings), Machine(_demo_settings(settings))]


def _demo_settings(settings: MachineSettings) -> MachineSettings:
    quick = SHORT_LIVED | {"search_refresh_seconds": DEMO_REFRESH_SECONDS}
    if settings.java_options:
        quick["java_options"] = settings.java_options
    return settings.model_copy(update={"state": settings.state / "demo", "database_url": None} | quick)
