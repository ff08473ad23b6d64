"""``Client``: where a request comes from."""

from __future__ import annotations


class Client:
    """Where a request comes from, for the audit trail.

    Arguments: ``address`` is that of whoever sent it; ``request`` is the request's id.
    """

    __slots__ = ("address", "request")

    def __init__(self, address: str, request: str) -> None:
        self.address = address
        self.request = request

    def __repr__(self) -> str:
        return f"<Client {self.address}, request {self.request}>"
