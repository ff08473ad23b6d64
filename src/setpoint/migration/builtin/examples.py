"""What the built-in migrations make of small documents: ``setpoint migrate --test`` and our tests run them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SYSTEM = {"name": "Harbour Swarm", "version": "4.2.0", "environment": "staging"}

UNIFIED_TO_SECOND: list[dict[str, Any]] = [
    {
        "before": {
            "system": {**_SYSTEM, "debug_mode": True},
            "agents": {
                "count": 2,
                "names": ["Agent-1", "Agent-2"],
                "roles": {"Agent-2": "Writes first drafts"},
            },
            "communication": {"message_timeout": 30, "retry_delay": 1.5},
            "paths": {"logs": "var/log", "agent_coords": "config/coordinates.json"},
        },
        "after": {
            "system": {**_SYSTEM, "debug": True},
            "agents": {
                "aliases": {"Agent-1": [], "Agent-2": []},
                "coordinates": {"source": "config/coordinates.json"},
            },
            "x-v1-communication": {"message_timeout": 30},
            "runtime": {"logs": "var/log"},
            "x-v1-agents": {"count": 2, "roles": {"Agent-2": "Writes first drafts"}},
            "messaging": {"queue": {"retry_base_delay": 1.5}},
        },
    }
]

UNIFIED_TO_THIRD: list[dict[str, Any]] = [
    {
        "before": {"system": _SYSTEM, "agents": {"aliases": {"Agent-1": ["skipper"]}}},
        "after": {
            "system": _SYSTEM,
            "agents": {"aliases": {"Agent-1": ["skipper"]}},
            "performance": {
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
            },
        },
    }
]

COORDINATES_TO_SECOND: list[dict[str, Any]] = [
    {
        "before": {
            "last_updated": "2026-03-14T09:26:00Z",
            "agents": {"Agent-1": {"chat_input_coordinates": [640, 470], "active": True}},
            "fallback_behavior": {"on_coordinate_failure": "fallback_to_inbox", "inbox_delivery": True},
            "validation_rules": {"min_x": 0, "min_y": 0, "max_x": 2560, "max_y": 1440, "require_positive": True},
        },
        "after": {
            "last_updated": "2026-03-14T09:26:00Z",
            "agents": {
                "Agent-1": {
                    "chat_input_coordinates": [640, 470],
                    "onboarding_input_coords": [640, 470],
                    "active": True,
                }
            },
            "fallback_behavior": {"error_handling": "fallback_to_inbox"},
            "validation_rules": {"coordinate_bounds": {"min_x": 0, "min_y": 0, "max_x": 2560, "max_y": 1440}},
            "coordinate_system": {"multi_monitor_support": False},
            "x-v1-fallback_behavior": {"inbox_delivery": True},
        },
    }
]
