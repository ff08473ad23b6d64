"""Setpoint keeps a program's configuration correct while it changes.

Importing this package starts nothing and reads nothing: every public name is imported when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .binding.handle import Handle as Handle
    from .budget import Budget as Budget
    from .bus.stream import EventStream as EventStream
    from .bus.subscription import Subscription as Subscription
    from .cache.config_cache import ConfigCache as ConfigCache
    from .change import ABSENT as ABSENT
    from .change import Change as Change
    from .config import Config as Config
    from .diagnostic import Diagnostic as Diagnostic
    from .editing.difference import difference as difference
    from .editing.edit import edit as edit
    from .editing.operation import Add as Add
    from .editing.operation import Append as Append
    from .editing.operation import Insert as Insert
    from .editing.operation import Move as Move
    from .editing.operation import Operation as Operation
    from .editing.operation import Rename as Rename
    from .editing.operation import Set as Set
    from .editing.operation import Unset as Unset
    from .errors import ConfigNotFoundError as ConfigNotFoundError
    from .errors import ConfigParseError as ConfigParseError
    from .errors import ConfigValidationError as ConfigValidationError
    from .errors import ConflictError as ConflictError
    from .errors import EditRefusedError as EditRefusedError
    from .errors import GuardedError as GuardedError
    from .errors import MigrationBlockedError as MigrationBlockedError
    from .errors import MigrationError as MigrationError
    from .errors import SchemaError as SchemaError
    from .errors import SetpointError as SetpointError
    from .errors import UnavailableError as UnavailableError
    from .errors import UsageError as UsageError
    from .errors import Veto as Veto
    from .events import Event as Event
    from .events import Orphaned as Orphaned
    from .events import Rejected as Rejected
    from .events import Reloaded as Reloaded
    from .events import Skipped as Skipped
    from .history.history import History as History
    from .hot_reloader import ConfigHotReloader as ConfigHotReloader
    from .layers.origin import Explanation as Explanation
    from .layers.origin import Origin as Origin
    from .migration.config_migrator import ConfigMigrator as ConfigMigrator
    from .migration.migration import Migration as Migration
    from .monitor.alert import AlertRaised as AlertRaised
    from .monitor.alert import AlertRepeated as AlertRepeated
    from .monitor.alert import AlertResolved as AlertResolved
    from .monitor.config_monitor import ConfigMonitor as ConfigMonitor
    from .monitor.starting import start_config_monitoring as start_config_monitoring
    from .report import Report as Report
    from .revision import Revision as Revision
    from .saved import Migrated as Migrated
    from .saved import Restored as Restored
    from .saved import Saved as Saved
    from .snapshot import Snapshot as Snapshot
    from .system import ConfigSystem as ConfigSystem
    from .system import EnhancedConfigSystem as EnhancedConfigSystem
    from .system import initialize_enhanced_config as initialize_enhanced_config
    from .transaction.transaction import Transaction as Transaction
    from .upgrade.plan import Plan as Plan
    from .validation.validator import ConfigValidator as ConfigValidator

__version__ = "0.1.0"

# public name -> (module that owns it, its name there)
_HOMES = {
    "AlertRaised": ("monitor.alert", "AlertRaised"),
    "AlertRepeated": ("monitor.alert", "AlertRepeated"),
    "AlertResolved": ("monitor.alert", "AlertResolved"),
    "ABSENT": ("change", "ABSENT"),
    "Add": ("editing.operation", "Add"),
    "Append": ("editing.operation", "Append"),
    "Budget": ("budget", "Budget"),
    "Change": ("change", "Change"),
    "Config": ("config", "Config"),
    "ConfigCache": ("cache.config_cache", "ConfigCache"),
    "ConfigHotReloader": ("hot_reloader", "ConfigHotReloader"),
    "ConfigMigrator": ("migration.config_migrator", "ConfigMigrator"),
    "ConfigMonitor": ("monitor.config_monitor", "ConfigMonitor"),
    "ConfigNotFoundError": ("errors", "ConfigNotFoundError"),
    "ConfigParseError": ("errors", "ConfigParseError"),
    "ConfigSystem": ("system", "ConfigSystem"),
    "ConfigValidationError": ("errors", "ConfigValidationError"),
    "ConfigValidator": ("validation.validator", "ConfigValidator"),
    "ConflictError": ("errors", "ConflictError"),
    "Diagnostic": ("diagnostic", "Diagnostic"),
    "EditRefusedError": ("errors", "EditRefusedError"),
    "EnhancedConfigSystem": ("system", "EnhancedConfigSystem"),
    "Event": ("events", "Event"),
    "EventStream": ("bus.stream", "EventStream"),
    "Explanation": ("layers.origin", "Explanation"),
    "GuardedError": ("errors", "GuardedError"),
    "Handle": ("binding.handle", "Handle"),
    "History": ("history.history", "History"),
    "Insert": ("editing.operation", "Insert"),
    "Migrated": ("saved", "Migrated"),
    "Migration": ("migration.migration", "Migration"),
    "MigrationBlockedError": ("errors", "MigrationBlockedError"),
    "MigrationError": ("errors", "MigrationError"),
    "Move": ("editing.operation", "Move"),
    "Operation": ("editing.operation", "Operation"),
    "Origin": ("layers.origin", "Origin"),
    "Orphaned": ("events", "Orphaned"),
    "Plan": ("upgrade.plan", "Plan"),
    "Rejected": ("events", "Rejected"),
    "Reloaded": ("events", "Reloaded"),
    "Rename": ("editing.operation", "Rename"),
    "Report": ("report", "Report"),
    "Restored": ("saved", "Restored"),
    "Revision": ("revision", "Revision"),
    "Saved": ("saved", "Saved"),
    "SchemaError": ("errors", "SchemaError"),
    "Set": ("editing.operation", "Set"),
    "SetpointError": ("errors", "SetpointError"),
    "Skipped": ("events", "Skipped"),
    "Snapshot": ("snapshot", "Snapshot"),
    "Subscription": ("bus.subscription", "Subscription"),
    "Transaction": ("transaction.transaction", "Transaction"),
    "UnavailableError": ("errors", "UnavailableError"),
    "Unset": ("editing.operation", "Unset"),
    "UsageError": ("errors", "UsageError"),
    "Veto": ("errors", "Veto"),
    "difference": ("editing.difference", "difference"),
    "edit": ("editing.edit", "edit"),
    "initialize_enhanced_config": ("system", "initialize_enhanced_config"),
    "start_config_monitoring": ("monitor.starting", "start_config_monitoring"),
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - the table above is the list of names


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'setpoint' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"setpoint.{home[0]}"), home[1])
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
