"""The migrations of ``unified_config``: 1.0.0 to 2.0.0 to 2.1.0.

What one version has no place for is not thrown away: it is put aside under a key that every version allows and none
judges, ``x-v1-…`` for what only 1.0.0 knows and ``x-v2-…`` for what came later, and the way back takes it from there.
"""

from __future__ import annotations

from ..migration import Migration
from ..move import Move
from ..remove import Remove
from ..rename import Rename
from .examples import UNIFIED_TO_SECOND, UNIFIED_TO_THIRD
from .monitoring import Monitoring
from .roster import Count, OtherNames, Roster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..step import Step

NAME = "unified_config"

# The sections that have no counterpart in the other version, in the order of the schemas.
_ONLY_FIRST = (
    "communication",
    "ui",
    "performance",
    "security",
    "testing",
    "logging",
    "development",
    "environment_overrides",
)
_ONLY_SECOND = ("messaging", "discord", "semantic", "data", "validation", "organization", "cleanup")


def migrations() -> list[Migration]:
    """Return the migrations of ``unified_config``, the oldest first."""
    return [
        Migration(
            NAME,
            "1.0.0",
            "2.0.0",
            _to_second(),
            examples=UNIFIED_TO_SECOND,
            description="Agents are listed with their other names, and what has a file of its own is pointed to.",
        ),
        Migration(
            NAME,
            "2.0.0",
            "2.1.0",
            [Rename("x-v2-1-performance", "performance"), Monitoring()],
            examples=UNIFIED_TO_THIRD,
            description="Performance is measured, with limits beyond which an alert is raised.",
        ),
    ]


def _to_second() -> list[Step]:
    return [
        *(Rename(f"x-v2-{section}", section) for section in _ONLY_SECOND),
        Rename("system.debug_mode", "debug"),
        Count(),
        *(Move(f"agents.{key}", f"x-v1-agents.{key}") for key in ("roles", "default_mode", "startup_delay")),
        Roster(),
        OtherNames(),
        Remove("x-v2-agents.aliases", only_empty=True),
        Move("x-v2-agents.coordinates", "agents.coordinates"),
        Remove("x-v2-agents", only_empty=True),
        # The file that says where the agents are.
        Move("paths.agent_coords", "agents.coordinates.source"),
        Rename("paths", "runtime"),
        # The pause before a message is sent again, in seconds in both.
        Move("communication.retry_delay", "messaging.queue.retry_base_delay"),
        *(Rename(section, f"x-v1-{section}") for section in _ONLY_FIRST),
    ]
