"""Setpoint keeps a program's configuration correct while it changes.

Importing this package starts nothing and reads nothing: every public name is imported when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .binding.handle import Handle as Handle
    from .budget import Budget as Budget
    from .cache.config_cache import ConfigCache as ConfigCache
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
    from .errors import SchemaError as SchemaError
    from .errors import SetpointError as SetpointError
    from .errors import UnavailableError as UnavailableError
    from .errors import UsageError as UsageError
    from .history.history import History as History
    from .layers.origin import Explanation as Explanation
    from .layers.origin import Origin as Origin
    from .report import Report as Report
    from .revision import Revision as Revision
    from .saved import Saved as Saved
    from .snapshot import Snapshot as Snapshot
    from .system import ConfigSystem as ConfigSystem
    from .system import EnhancedConfigSystem as EnhancedConfigSystem
    from .system import initialize_enhanced_config as initialize_enhanced_config
    from .transaction.transaction import Transaction as Transaction
    from .validation.validator import ConfigValidator as ConfigValidator

__version__ = "0.1.0"

# public name -> (module that owns it, its name there)
_HOMES = {
    "Add": ("editing.operation", "Add"),
    "Append": ("editing.operation", "Append"),
    "Budget": ("budget", "Budget"),
    "Config": ("config", "Config"),
    "ConfigCache": ("cache.config_cache", "ConfigCache"),
    "ConfigNotFoundError": ("errors", "ConfigNotFoundError"),
    "ConfigParseError": ("errors", "ConfigParseError"),
    "ConfigSystem": ("system", "ConfigSystem"),
    "ConfigValidationError": ("errors", "ConfigValidationError"),
    "ConfigValidator": ("validation.validator", "ConfigValidator"),
    "ConflictError": ("errors", "ConflictError"),
    "Diagnostic": ("diagnostic", "Diagnostic"),
    "EditRefusedError": ("errors", "EditRefusedError"),
    "EnhancedConfigSystem": ("system", "EnhancedConfigSystem"),
    "Explanation": ("layers.origin", "Explanation"),
    "Handle": ("binding.handle", "Handle"),
    "History": ("history.history", "History"),
    "Insert": ("editing.operation", "Insert"),
    "Move": ("editing.operation", "Move"),
    "Operation": ("editing.operation", "Operation"),
    "Origin": ("layers.origin", "Origin"),
    "Rename": ("editing.operation", "Rename"),
    "Report": ("report", "Report"),
    "Revision": ("revision", "Revision"),
    "Saved": ("saved", "Saved"),
    "SchemaError": ("errors", "SchemaError"),
    "Set": ("editing.operation", "Set"),
    "SetpointError": ("errors", "SetpointError"),
    "Snapshot": ("snapshot", "Snapshot"),
    "Transaction": ("transaction.transaction", "Transaction"),
    "UnavailableError": ("errors", "UnavailableError"),
    "Unset": ("editing.operation", "Unset"),
    "UsageError": ("errors", "UsageError"),
    "difference": ("editing.difference", "difference"),
    "edit": ("editing.edit", "edit"),
    "initialize_enhanced_config": ("system", "initialize_enhanced_config"),
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
