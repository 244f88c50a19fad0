"""Is there room: memory and disk, checked before anything starts."""

from collections.abc import Sequence

import psutil

from launcher.errors import LauncherError
from launcher.fetch import require_disk
from launcher.machine import MachineSettings

BESIDE_HEAPS = 500_000_000
FOR_PYTHON_AND_POSTGRES = 500_000_000
DISK_FOR_STATE = 2_000_000_000
UNITS = {"m": 1 << 20, "g": 1 << 30}


def require_room(settings: MachineSettings, *, missing: Sequence[str]) -> None:
    """Raise when what is to be started would not fit."""
    heaps = {"camunda": settings.heap_camunda, "opensearch": settings.heap_opensearch}
    needed = sum(_bytes(heap) + BESIDE_HEAPS for name, heap in heaps.items() if name in missing)
    if not needed:
        return
    needed += FOR_PYTHON_AND_POSTGRES
    available = psutil.virtual_memory().available
    if available < needed:
        raise LauncherError(
            f"内存不足：可用 {available // UNITS['m']} MB，需要约 {needed // UNITS['m']} MB。"
            "请关闭其他程序，或用 MINHU_HEAP_CAMUNDA、MINHU_HEAP_OPENSEARCH 调小引擎内存（如 600m）。"
        )
    settings.state.mkdir(parents=True, exist_ok=True)
    require_disk(settings.state, needed=DISK_FOR_STATE)


def _bytes(heap: str) -> int:
    return int(heap[:-1]) * UNITS[heap[-1]]
