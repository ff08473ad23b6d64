"""Paths as services show them: relative to where the command runs, with forward slashes."""

from __future__ import annotations

import os


def relative(file: str) -> str:
    """Return a path relative to the working directory, or absolute when it lies outside; nothing is looked up."""
    path = os.path.normpath(file)
    if os.path.isabs(path) or path.startswith(os.pardir):
        try:
            here = os.getcwd()
        except OSError:  # the working directory is gone: the path is as good as it gets
            return _slashed(path)
        path = os.path.normpath(os.path.join(here, path))
        inside = os.path.join(here, "")
        path = path[len(inside) :] if path.startswith(inside) else path
    return _slashed(path)


def uri(file: str) -> str:
    """Return a path as a URI: a relative reference, or a ``file:`` URI when it lies outside the working directory.

    Source: RFC 3986, 2.3 (what needs no escape) and 4.2 (relative references); RFC 8089 for ``file:``.
    """
    path = relative(file)
    quoted = "".join(chr(byte) if chr(byte) in _UNRESERVED else f"%{byte:02X}" for byte in os.fsencode(path))
    if os.path.isabs(path):
        return "file://" + quoted if quoted.startswith("/") else "file:///" + quoted
    return quoted


_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def _slashed(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")
