"""The verdict of a campaign with its counts: for people as a table, for machines as JSON."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from launcher.faults.books import longest_gap_seconds
from launcher.faults.oracles import Evidence, Findings

VERDICTS = {"PASSED": "通过", "FAILED": "不通过", "INVALID": "无效（什么也没有证明）"}
SHOWN_MOST = 20


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a campaign was and what it found; `uncertain` lists the messages that wait for a person."""

    verdict: str
    seed: int
    minutes: float
    acknowledged: int
    acknowledged_by_kind: dict[str, int]
    unsure: int
    requests: dict[str, int]
    sms_arrived: int
    faults: dict[str, int]
    crash_points: dict[str, int]
    lost: list[str]
    duplicated: list[str]
    invented: list[str]
    stuck: list[str]
    not_proven: list[str]
    uncertain: list[int]
    longest_gap_seconds: float
    longest_engine_gap_seconds: float
    healed_within_seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return one JSON object."""
        return asdict(self)

    def show(self) -> None:
        """Print the table that people read."""
        table = Table(title=f"故障试验：{VERDICTS[self.verdict]}（种子 {self.seed}）", show_header=False)
        rows = {
            "得到确认的操作": f"{self.acknowledged}（{_counted(self.acknowledged_by_kind)}）",
            "结果不明的操作": str(self.unsure),
            "诉求": _counted(self.requests),
            "运营商收到的短信": str(self.sms_arrived),
            "故障": _counted(self.faults),
            "崩溃点": f"{len(self.crash_points)} 处，共 {sum(self.crash_points.values())} 次",
            "丢失 / 重复 / 凭空": f"{len(self.lost)} / {len(self.duplicated)} / {len(self.invented)}",
            "没有了结": str(len(self.stuck)),
            "去向不明的短信": f"{len(self.uncertain)} {self.uncertain or ''}",
            "最长没有确认": f"{self.longest_gap_seconds:.1f} 秒",
            "引擎最长没有进展": f"{self.longest_engine_gap_seconds:.1f} 秒",
            "恢复后全部了结用时": f"{self.healed_within_seconds:.1f} 秒",
        }
        for name, value in rows.items():
            table.add_row(name, value)
        console = Console()
        console.print(table)
        for sentence in [*self.lost, *self.duplicated, *self.invented, *self.stuck, *self.not_proven][:SHOWN_MOST]:
            console.print(f"  ✗ {sentence}")


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a campaign went: what it was asked for, and what its clock said; `ended_at` is when the faults ended."""

    seed: int
    minutes: float
    ended_at: float
    crash_points: dict[str, int]
    longest_engine_gap_seconds: float
    healed_within_seconds: float


def report_of(evidence: Evidence, findings: Findings, *, course: Course) -> Report:
    """Put a report together."""
    by_kind = Counter(op.kind for op in evidence.operations if op.acknowledged)
    ends = Counter(end for request in evidence.requests for end in request.ends)
    return Report(
        verdict=findings.verdict,
        acknowledged=by_kind.total(),
        acknowledged_by_kind=dict(by_kind.most_common()),
        unsure=sum(op.ending in ("unsure", None) for op in evidence.operations),
        requests={"received": len(evidence.requests), **ends},
        sms_arrived=sum(evidence.arrived.values()),
        faults={kind: evidence.faults.get(kind, 0) for kind in evidence.chosen_faults},
        longest_gap_seconds=round(longest_gap_seconds(evidence.operations, until=course.ended_at), 2),
        seed=course.seed,
        minutes=course.minutes,
        crash_points=course.crash_points,
        longest_engine_gap_seconds=course.longest_engine_gap_seconds,
        healed_within_seconds=course.healed_within_seconds,
        **asdict(findings),
    )


def _counted(counts: dict[str, int]) -> str:
    return "，".join(f"{name} {count}" for name, count in counts.items())
