"""What ``unified_config`` 2.1.0 adds: what is measured while the program runs, and when to raise an alert."""

from __future__ import annotations

from ...config import thaw
from ...editing.operation import Add, Unset
from ...tree import same
from ..kept import damaged
from ..step import Step, blocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ...tree import Tree
    from ..step import Draft, Kept

# Each is the default that the schema of 2.1.0 names; a test compares them. They are written out, for a limit that can
# be seen can be changed.
PERFORMANCE: dict[str, Any] = {
    "monitoring": {"enabled": True, "interval_seconds": 30, "history_hours": 24},
    "alert_thresholds": {
        "cache_hit_ratio_min": 0.8,
        "compression_saving_min": 0.4,
        "load_seconds_max": 0.5,
        "validation_errors_max": 0,
        "migration_failures_max": 0,
        "cpu_percent_max": 90,
        "memory_percent_max": 90,
        "disk_percent_max": 90,
    },
}


class Monitoring(Step):
    """``performance`` gets its two sections with the defaults, where they are missing.

    The way down takes out what is as it was set, and leaves what somebody changed since, to be put aside as a whole.
    A layer gets nothing: its base has both.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return "add performance.monitoring and performance.alert_thresholds"

    def _raise(self, draft: Draft, below: Tree | None) -> Kept:
        if below is not None or not isinstance(draft.tree, dict):
            return {}
        found = draft.tree.get("performance")
        if "performance" not in draft.tree:
            draft.do(Add(("performance",), thaw(PERFORMANCE)))
            return {"set": list(PERFORMANCE)}
        if not isinstance(found, dict):
            raise blocked(("performance",), "is no mapping, so it has no place for what is measured; make it one")
        missing = [section for section in PERFORMANCE if section not in found]
        for section in missing:
            draft.do(Add(("performance", section), thaw(PERFORMANCE[section])))
        return {"set": missing, "there": True} if missing else {}

    def _lower(self, draft: Draft, kept: Kept | None) -> None:
        found = draft.tree.get("performance") if isinstance(draft.tree, dict) else None
        if kept is None or kept.get("there") is not True:
            # Also where nothing is known any more: what is like the defaults would be set again on the way up.
            if same(found, PERFORMANCE) and kept != {}:
                draft.do(Unset(("performance",)))
            return
        missing = kept.get("set")
        if not isinstance(missing, list):
            raise damaged("set")
        for section in PERFORMANCE:
            if section in missing and isinstance(found, dict) and same(found.get(section), PERFORMANCE.get(section)):
                draft.do(Unset(("performance", section)))
