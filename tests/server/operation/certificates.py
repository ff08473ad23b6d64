"""Certificates for these tests, made by the openssl command."""

from __future__ import annotations

import subprocess
from pathlib import Path


def make_certificate(folder: Path, name: str = "server", *, password: str | None = None) -> tuple[Path, Path]:
    """Make a certificate for localhost that vouches for itself, and its key; return their files."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    protection = ["-noenc"] if password is None else ["-passout", f"pass:{password}"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", *protection,
         "-keyout", str(key), "-out", str(certificate), "-days", "2", "-subj", f"/CN={name}",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True,
        capture_output=True,
        timeout=30,
    )  # fmt: skip
    key.chmod(0o600)
    return certificate, key
