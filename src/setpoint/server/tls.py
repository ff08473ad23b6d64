"""``Certificate``: the files that TLS needs, and the context that new connections are made with."""

from __future__ import annotations

import os
import ssl
import stat

from ..errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .server_settings import Table


class Certificate:
    """A certificate and its private key, checked when they are read.

    Arguments: the paths of two PEM files; ``certificate`` may hold those that vouch for it too. TLS 1.2 is the oldest
    version that is spoken. Raises ``UsageError`` when one cannot be read, they do not belong together, the key has a
    password, or others than its owner and group may read it.
    """

    __slots__ = ("_used", "context")

    def __init__(self, certificate: str, key: str) -> None:
        self._used = _loaded(certificate, key)
        self.context = self._used
        """What to listen with; it stays the same when the certificate is replaced."""
        # Called for each connection that begins, with or without the name of a server in what the client says.
        self.context.sni_callback = self._choose

    def replace(self, certificate: str, key: str) -> None:
        """Use what two files hold now for all connections from now on; those that are open stay as they are.

        Raises ``UsageError`` as the constructor; then what was used before is used on.
        """
        # Another context, in one assignment: the files may change again while they are read.
        self._used = _loaded(certificate, key)

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        connection.context = self._used


def certificate_of(settings: Table) -> Certificate | None:
    """Return the certificate that the settings name, or None. Raises ``UsageError``, also for half a pair."""
    certificate, key = settings["tls_certificate"], settings["tls_key"]
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        there, missing = ("tls_key", "tls_certificate") if certificate is None else ("tls_certificate", "tls_key")
        raise UsageError(f"[server] {there} is set and {missing} is not; TLS needs both, or leave both out")
    return Certificate(certificate, key)


def _loaded(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    _load(context, certificate, key)
    return context


def _load(context: ssl.SSLContext, certificate: str, key: str) -> None:
    for name, path in (("tls_certificate", certificate), ("tls_key", key)):
        _refuse_unreadable(name, path)
    _refuse_open_to_all(key)
    asked: list[bool] = []

    def password() -> bytes:
        # Without this OpenSSL would ask for one at the terminal, and wait.
        asked.append(True)
        return b""

    try:
        context.load_cert_chain(certificate, key, password=password)
    except ssl.SSLError as error:
        if asked:
            raise UsageError(
                f"{key}: the private key has a password; make a copy without (openssl pkey -in KEY -out NEW), mode 0600"
            ) from None
        raise UsageError(_reason(error, certificate, key)) from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{certificate} and {key} cannot be used for TLS: {error}") from None


def _refuse_unreadable(name: str, path: str) -> None:
    try:
        with open(path, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UsageError(f"{path}: [server] {name} must name a file")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: [server] {name} cannot be read: {reason}. Name a file that the user of the server may read"
        ) from None


def _refuse_open_to_all(path: str) -> None:
    if os.name != "posix":  # elsewhere the mode says nothing
        return
    mode = os.stat(path).st_mode & 0o777
    if mode & 0o027:
        raise UsageError(
            f"{path}: the private key may be read by everybody, or written by others than its owner (mode {mode:04o}):"
            f" chmod 600 {path}"
        )


def _reason(error: ssl.SSLError, certificate: str, key: str) -> str:
    reason = (error.reason or "").upper()
    if "MISMATCH" in reason:
        return f"{key} is not the private key of {certificate}: name the one that it was made with"
    return (
        f"{certificate} and {key} cannot be used for TLS: {error.reason or error}; both must be PEM, the certificate"
        " first in its file"
    )
