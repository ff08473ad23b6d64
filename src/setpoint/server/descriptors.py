"""How many connections this process may have open, which the operating system limits too."""

from __future__ import annotations

_OWN = 256  # descriptors for everything else: files, databases, the watch over directories, threads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType


def connections_allowed(wanted: int) -> int:
    """Return how many connections may be open: as many as wanted, or as the limit of this process allows.

    Its soft limit is raised as far as is needed and allowed; what is still missing is logged. Source: setrlimit(2).
    """
    try:
        import resource
    except ImportError:  # a system that has no such limit
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OWN
    # As many again may be at the handshake of TLS, before they are connections that anybody counts.
    ample = needed + wanted
    if soft != resource.RLIM_INFINITY and soft < ample:
        soft = _raise(resource, ample if hard == resource.RLIM_INFINITY else max(soft, min(ample, hard)), soft, hard)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    allowed = max(soft - _OWN, soft // 2, 1)
    import logging

    logging.getLogger("setpoint.server").warning(
        "this process may open %d files, so at most %d connections at once are answered instead of %d; raise the limit"
        " (ulimit -Hn, LimitNOFILE= of systemd) or set connections in [server] of the settings",
        soft,
        allowed,
        wanted,
    )
    return allowed


def _raise(resource: ModuleType, to: int, soft: int, hard: int) -> int:
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (to, hard))
    except (OSError, ValueError):  # a sandbox that forbids even this: what was allowed is allowed on
        return soft
    return to
