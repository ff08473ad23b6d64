"""The migration of ``coordinates``: 1.0.0 to 2.0.0.

What one version has no place for is put aside under keys that begin with ``x-v1-`` and ``x-v2-``, as in
``unified_config``.
"""

from __future__ import annotations

from ..convert import Convert
from ..migration import Migration
from ..move import Move
from ..remove import Remove
from ..rename import Rename
from .dated import Dated
from .examples import COORDINATES_TO_SECOND
from .places import Bounds, SecondPlace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..step import Step

NAME = "coordinates"


def migrations(day: str) -> list[Migration]:
    """Return the migration of ``coordinates``. ``day`` is what ``last_updated`` is set to where it is absent."""
    return [
        Migration(
            NAME,
            "1.0.0",
            "2.0.0",
            _to_second(day),
            examples=COORDINATES_TO_SECOND,
            description="Each agent has a place for its first message, and windows may be on several screens.",
        )
    ]


def _to_second(day: str) -> list[Step]:
    return [
        Dated(day),
        SecondPlace(),
        Remove("x-v2-agents.*", only_empty=True),
        Remove("x-v2-agents", only_empty=True),
        Bounds(),
        # Negative coordinates are those of another screen, left of the main one or above it.
        Convert("validation_rules.require_positive", {"values": [[True, False], [False, True]]}),
        Move("validation_rules.require_positive", "coordinate_system.multi_monitor_support"),
        Move("x-v2-validation_rules.required_fields", "validation_rules.required_fields"),
        Remove("x-v2-validation_rules", only_empty=True),
        Rename("fallback_behavior.on_coordinate_failure", "error_handling"),
        *(
            Move(f"fallback_behavior.{key}", f"x-v1-fallback_behavior.{key}")
            for key in ("inbox_delivery", "notification_on_fallback")
        ),
        *(
            Move(f"x-v2-fallback_behavior.{key}", f"fallback_behavior.{key}")
            for key in ("default_offset", "retry_attempts")
        ),
        Remove("x-v2-fallback_behavior", only_empty=True),
    ]
