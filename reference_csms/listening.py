"""The two listeners and their sockets: `websockets` for Charge Points, `uvicorn` for the control API."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.server import Server, serve

from reference_csms.central_system import CentralSystem
from reference_csms.door import Door
from reference_csms.settings import SettingsError


def bound(host: str, port: int, option: str) -> socket.socket:
    """A socket that listens; raises SettingsError, which names the option to change."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(f"{host} is no address to listen on ({error.strerror}); choose another --host.") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"Cannot listen on {host}, port {port} ({error.strerror}); stop what uses it, or choose another {option}."
        ) from None
    return listening


@asynccontextmanager
async def ocpp_listener(
    csms: CentralSystem, listening: socket.socket, profile: int = 0, context: ssl.SSLContext | None = None
) -> AsyncIterator[None]:
    """Let Charge Points in on a socket that listens, under a security profile, while the block runs."""
    door = Door(csms, profile)
    listener = await serve(
        door.converse,
        sock=listening,
        process_request=door.answer,
        select_subprotocol=door.select_subprotocol,
        compression=None,
        ssl=context,
        close_timeout=2,
        logger=logging.getLogger("reference_csms.websockets"),
    )
    try:
        yield
    finally:
        await _end(listener)


async def _end(listener: Server) -> None:
    """Close all connections; a Charge Point that does not take part is cut off."""
    listener.close()
    connections = list(listener.connections)
    try:
        async with asyncio.timeout(3):
            await listener.wait_closed()
    except TimeoutError:
        for connection in connections:
            connection.transport.abort()
        await listener.wait_closed()


@asynccontextmanager
async def api_listener(application: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
    """Serve the control API on a socket that listens, while the block runs."""
    config = uvicorn.Config(
        application,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
    )
    config.load()
    listener = uvicorn.Server(config)
    listener.lifespan = config.lifespan_class(config)
    # Not `listener.serve` and `.shutdown`: they take over the signals of the process, and sleep.
    await listener.startup(sockets=[listening])
    try:
        yield
    finally:
        await _end_api(listener)


async def _end_api(listener: uvicorn.Server) -> None:
    """Take no more requests, and let those that run come to their answer."""
    for accepting in listener.servers:
        accepting.close()
    for connection in list(listener.server_state.connections):
        connection.shutdown()
    if listener.server_state.tasks:
        await asyncio.wait(set(listener.server_state.tasks), timeout=2)
