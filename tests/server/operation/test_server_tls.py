"""TLS: what is answered, what is refused, and certificates that change while the server answers."""

from __future__ import annotations

import shutil
import signal
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from certificates import make_certificate
from served_process import Served
from small_server import PATIENCE, Small, eventually, read_all

from setpoint.errors import UsageError
from setpoint.server.server_settings import server_settings
from setpoint.server.tls import Certificate, certificate_of

LAST = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def ask(port: int, context: ssl.SSLContext) -> bytes:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.sendall(LAST)
        return read_all(connection)


def shown_certificate(port: int) -> bytes:
    """Return the certificate that a new connection is shown, in DER."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain) as connection,  # without a name, as old clients do
    ):
        found = connection.getpeercert(binary_form=True)
    assert found is not None
    return found


def in_der(certificate: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(certificate.read_text())


def test_tls_is_answered_and_nothing_else(small: Callable[..., Small], tmp_path: Path) -> None:
    """A client that trusts the certificate is answered; plain HTTP, and versions before 1.2, are not."""
    certificate, key = make_certificate(tmp_path)
    server = small(context=Certificate(str(certificate), str(key)).context)
    assert ask(server.port, trusting(certificate)).endswith(b"hello")
    assert b"hello" not in server.exchange(LAST)
    old = trusting(certificate)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_2
    assert ask(server.port, old).endswith(b"hello")
    assert Certificate(str(certificate), str(key)).context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_certificate_is_replaced_for_new_connections_only(small: Callable[..., Small], tmp_path: Path) -> None:
    """A connection that is open goes on; the next one is shown the new certificate; a wrong pair changes nothing."""
    first, first_key = make_certificate(tmp_path, "first")
    second, second_key = make_certificate(tmp_path, "second")
    used = Certificate(str(first), str(first_key))
    server = small(context=used.context)
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as plain,
        trusting(first).wrap_socket(plain, server_hostname="localhost") as before,
    ):
        assert shown_certificate(server.port) == in_der(first)
        with pytest.raises(UsageError, match="is not the private key of"):
            used.replace(str(second), str(first_key))
        assert shown_certificate(server.port) == in_der(first)
        used.replace(str(second), str(second_key))
        assert shown_certificate(server.port) == in_der(second)
        before.sendall(LAST)
        assert read_all(before).endswith(b"hello")


def test_what_cannot_be_used_for_tls_says_what_to_do(tmp_path: Path) -> None:
    """Half a pair, a missing file, a foreign key, one with a password, and one that all may read are refused."""
    certificate, key = make_certificate(tmp_path)
    foreign, foreign_key = make_certificate(tmp_path, "foreign")
    _, locked = make_certificate(tmp_path, "locked", password="secret-word")
    for one, other, told in [
        (certificate, tmp_path / "gone.key", "gone.key: .*tls_key cannot be read: No such file"),
        (tmp_path, key, "tls_certificate (cannot be read|must name a file)"),
        (certificate, foreign_key, "foreign.key is not the private key of .*server.pem"),
        (key, key, "both must be PEM"),
        (foreign, locked, "has a password; make a copy without"),
    ]:
        with pytest.raises(UsageError, match=told) as caught:
            Certificate(str(one), str(other))
        assert "secret-word" not in caught.value.message
    for mode in (0o604, 0o644, 0o660, 0o602):
        key.chmod(mode)
        with pytest.raises(UsageError, match=f"mode {mode:04o}.*chmod 600"):
            Certificate(str(certificate), str(key))
    key.chmod(0o640)  # a group of those who serve, as Debian has it
    Certificate(str(certificate), str(key))
    for table in ({"tls_certificate": "x"}, {"tls_key": "x"}):
        with pytest.raises(UsageError, match=r"is set and .* is not; TLS needs both"):
            certificate_of(server_settings(table, {}))
    assert certificate_of(server_settings({}, {})) is None


def test_a_renewed_certificate_is_used_after_sighup(
    directory: Path, serve: Callable[..., Served], tmp_path: Path
) -> None:
    """The real server answers by TLS at an address that others reach, and takes a renewed certificate over."""
    made = tmp_path / "made"
    made.mkdir()
    used = make_certificate(tmp_path, "used")
    renewed = make_certificate(made, "renewed")
    (tmp_path / "setpoint.toml").write_text(
        '[server]\nhost = "0.0.0.0"\ntls_certificate = "used.pem"\ntls_key = "used.key"\n'
    )
    server = serve()
    assert server.url.startswith("https://")
    assert ask(server.port, trusting(used[0])).endswith(b"ok\n")
    for new, old in zip(renewed, used, strict=True):
        shutil.copy(new, old)
    server.send_signal(signal.SIGHUP)
    eventually(lambda: shown_certificate(server.port) == in_der(renewed[0]), "the renewed certificate")
    # A pair that does not fit is refused, and what was used before is used on.
    shutil.copy(make_certificate(made, "other")[1], used[1])
    server.send_signal(signal.SIGHUP)
    eventually(lambda: "is not the private key of" in server.error_text, "the refusal")
    assert ask(server.port, trusting(renewed[0])).endswith(b"ok\n")
    assert server.end() == 0


def test_a_handshake_that_never_comes_harms_nobody(small: Callable[..., Small], tmp_path: Path) -> None:
    """Connections on which no TLS is begun do not keep others from it."""
    certificate, key = make_certificate(tmp_path)
    server = small(context=Certificate(str(certificate), str(key)).context)
    idle = [server.connect() for _ in range(50)]
    assert ask(server.port, trusting(certificate)).endswith(b"hello")
    for connection in idle:
        connection.close()
