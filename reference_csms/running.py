"""The reference Central System, up and listening: the OCPP listener and the control API in one event loop."""

from __future__ import annotations

import asyncio
import http
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from reference_csms.api.application import control_api
from reference_csms.central_system import CentralSystem
from reference_csms.faults import fault_seams
from reference_csms.handshake import identity_in, refuse
from reference_csms.instants import utc_now
from reference_csms.latency import latency_seams
from reference_csms.noise import seams_of
from reference_csms.records.store import Store
from reference_csms.seams import SUBPROTOCOL, SWITCHING_PROTOCOLS, Admission, Seams
from reference_csms.settings import Settings, SettingsError

PROTOCOL_ERROR = 1002


@dataclass(frozen=True, slots=True)
class RunningCsms:
    """A Central System that listens; append the identity of a Charge Point to `ocpp_url`."""

    central_system: CentralSystem
    ocpp_port: int
    api_port: int

    @property
    def ocpp_url(self) -> str:
        """Where Charge Points connect, without their identity."""
        return f"ws://{_in_url(self.central_system.settings.host)}:{self.ocpp_port}/ocpp"

    @property
    def api_url(self) -> str:
        """Where the control API is."""
        return f"http://{_in_url(self.central_system.settings.control_host)}:{self.api_port}"


@asynccontextmanager
async def running(
    settings: Settings, *, extra: Seams | None = None, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[RunningCsms]:
    """Run a Central System as long as the block lasts; `extra` plugs in more than the settings do.

    Raises SettingsError, UnknownNoiseError, UnknownFaultError, StoreError.
    """
    settings.check()
    seams = seams_of(settings.noises) + fault_seams(settings.faults) + latency_seams(settings.latencies)
    seams += extra or Seams()
    with (
        _bound(settings.host, settings.port, "--port") as ocpp_socket,
        _bound(settings.control_host, settings.api_port, "--api-port") as api_socket,
    ):
        csms = CentralSystem(settings, await Store.open(settings.database), seams, now)
        try:
            await csms.seed()
            running_csms = RunningCsms(csms, _port(ocpp_socket), _port(api_socket))
            async with _ocpp_listener(csms, ocpp_socket), _api_listener(control_api(csms), api_socket):
                if settings.port_file is not None:
                    _write_ports(settings.port_file, running_csms)
                yield running_csms
        finally:
            await csms.store.close()


@asynccontextmanager
async def _ocpp_listener(csms: CentralSystem, listening: socket.socket) -> AsyncIterator[None]:
    door = Door(csms)
    listener = await serve(
        door.converse,
        sock=listening,
        process_request=door.answer,
        select_subprotocol=door.select_subprotocol,
        compression=None,
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


class Door:
    """Where Charge Points come in: each handshake ends as the Central System decides."""

    def __init__(self, csms: CentralSystem) -> None:
        self._csms = csms
        self._admissions: WeakKeyDictionary[ServerConnection, Admission] = WeakKeyDictionary()

    async def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let a Charge Point in (None), or answer its handshake with an HTTP error."""
        refusal = await refuse(self._csms, connection, request)
        identity = identity_in(request.path)
        if refusal is not None or identity is None:
            return refusal
        admission = self._admissions[connection] = self._csms.admit(identity)
        if admission.status == SWITCHING_PROTOCOLS:
            return None
        status = http.HTTPStatus(admission.status)
        return connection.respond(status, f"{status.phrase}.\n")

    def select_subprotocol(self, connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        """The subprotocol that was decided on, or none when the Charge Point does not offer ours."""
        decided = self._admissions[connection].subprotocol
        return Subprotocol(decided) if decided and SUBPROTOCOL in offered else None

    async def converse(self, connection: ServerConnection) -> None:
        """Serve a connection, or end it when it did not come to the subprotocol that was decided on."""
        identity = identity_in(connection.request.path) if connection.request else None
        if identity is None or connection.subprotocol != self._admissions[connection].subprotocol:
            await connection.close(PROTOCOL_ERROR, f"only {SUBPROTOCOL} is spoken")
            return
        await self._csms.converse(identity, connection)


@asynccontextmanager
async def _api_listener(application: FastAPI, listening: socket.socket) -> AsyncIterator[None]:
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


def _bound(host: str, port: int, option: str) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(f"{host} is no address to listen on ({error.strerror}); choose another --host.") from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(1024)
        bound.setblocking(False)
    except OSError as error:
        bound.close()
        raise SettingsError(
            f"Cannot listen on {host}, port {port} ({error.strerror}); stop what uses it, or choose another {option}."
        ) from None
    return bound


def _port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _write_ports(path: Path, running_csms: RunningCsms) -> None:
    text = json.dumps({"ocpp": running_csms.ocpp_port, "api": running_csms.api_port})
    draft = path.with_name(path.name + ".new")
    try:
        draft.write_text(text + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise SettingsError(f"--port-file {path} cannot be written ({error.strerror}).") from None
