"""The sockets that the server listens with."""

from __future__ import annotations

import asyncio
import socket

from setpoint.server.listening import bind


def test_what_is_accepted_does_not_wait_for_more_to_send() -> None:
    """Each connection has TCP_NODELAY: an answer in two pieces does not wait for the client's acknowledgement."""
    found: list[int] = []

    class Answering(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            found.append(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    async def go() -> None:
        with bind("127.0.0.1", 0) as listening:
            server = await asyncio.get_running_loop().create_server(Answering, sock=listening)
            async with server:
                reader, writer = await asyncio.open_connection(*listening.getsockname())
                await reader.read()
                writer.close()
                await writer.wait_closed()

    asyncio.run(go())
    assert found == [1]
