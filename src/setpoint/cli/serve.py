"""``setpoint serve``: the HTTP API, the dashboard and the metrics of a configuration directory."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

HELP = "answer by HTTP: the API, the dashboard, the metrics; until Ctrl-C or SIGTERM"
EXAMPLE = "setpoint -c config serve --port 8137"

_NEEDED = ("starlette", "uvicorn", "jinja2", "prometheus_client")
_ROLES = ("viewer", "editor", "operator", "admin")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take what the settings' [server] may say too, and comes before it."""
    parser.add_argument("--host", metavar="H", help="the address to listen at (default: 127.0.0.1, this machine only)")
    parser.add_argument("--port", metavar="N", type=_port, help="the port to listen at, 0 for any (default: 8137)")
    parser.add_argument(
        "--anonymous",
        choices=_ROLES,
        help="the role of whoever comes without a token; at loopback only (default: none)",
    )
    parser.add_argument(
        "--behind-proxy",
        metavar="ADDR",
        action="append",
        help="a proxy, or a network of them, whose X-Forwarded-For and -Proto count; may be given more than once",
    )
    parser.add_argument(
        "--reload", action="store_true", help="take over changed settings and certificates at once, as SIGHUP does"
    )


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError("a port is a number from 0 to 65535")
    return number


def run(args: argparse.Namespace) -> int:
    """Serve until a signal ends it: then the exit code is 0."""
    _refuse_without_extra()
    from ..server.serve import serve
    from .output import flush, write

    def announce(url: str) -> None:
        if args.format == "json":
            import os

            from .output import to_json

            line = to_json({"ok": True, "url": url, "pid": os.getpid(), "directory": args.config_dir}, indent=None)
        else:
            from .visible import visible

            line = visible(f"serving {args.config_dir} at {url}")
        write(line + "\n")
        flush()

    given = {
        "host": args.host,
        "port": args.port,
        "anonymous": args.anonymous,
        "behind_proxy": args.behind_proxy,
    }
    serve(args.config_dir, args.profile, given, watches_settings=args.reload, announce=announce, tell=_tell)
    return 0


def _tell(line: str) -> None:
    from .output import complain

    complain(f"setpoint: {line}\n")


def _refuse_without_extra() -> None:
    """Raise ``UsageError`` when what the server is built on is not installed."""
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        from ..errors import UsageError

        raise UsageError(
            f"'setpoint serve' needs {', '.join(name.replace('_', '-') for name in missing)}, not installed here:"
            " pip install 'setpoint[server]'"
        )
