"""``from src.core.enhanced_config_system import …`` gives the names of ``setpoint``."""

try:
    from setpoint import ConfigCache, ConfigHotReloader, ConfigMigrator, ConfigMonitor, ConfigValidator
    from setpoint import EnhancedConfigSystem, initialize_enhanced_config  # isort: skip
except ModuleNotFoundError as error:
    if error.name != "setpoint":
        raise
    raise ModuleNotFoundError(
        "setpoint is not installed in this Python; install it from the checkout with: pip install -e .",
        name="setpoint",
    ) from None

__all__ = [
    "ConfigCache",
    "ConfigHotReloader",
    "ConfigMigrator",
    "ConfigMonitor",
    "ConfigValidator",
    "EnhancedConfigSystem",
    "initialize_enhanced_config",
]
