"""``from src.core.config_monitor import …`` gives the names of ``setpoint``."""

try:
    from setpoint import ConfigMonitor, start_config_monitoring
except ModuleNotFoundError as error:
    if error.name != "setpoint":
        raise
    raise ModuleNotFoundError(
        "setpoint is not installed in this Python; install it from the checkout with: pip install -e .",
        name="setpoint",
    ) from None

__all__ = ["ConfigMonitor", "start_config_monitoring"]
