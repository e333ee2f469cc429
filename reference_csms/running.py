"""The reference Central System, up and listening: the OCPP listener and the control API in one event loop."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reference_csms.api.application import control_api
from reference_csms.authority import Authority
from reference_csms.basis import Basis
from reference_csms.central_system import CentralSystem
from reference_csms.instants import utc_now
from reference_csms.listening import api_listener, bound, ocpp_listener
from reference_csms.records.store import Store
from reference_csms.seams import Seams
from reference_csms.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class RunningCsms:
    """A Central System that listens; append the identity of a Charge Point to `ocpp_url`."""

    central_system: CentralSystem
    ocpp_port: int
    api_port: int

    @property
    def ocpp_url(self) -> str:
        """Where Charge Points connect, without their identity."""
        return f"ws://{_in_url(self.central_system.basis.settings.host)}:{self.ocpp_port}/ocpp"

    @property
    def api_url(self) -> str:
        """Where the control API is."""
        return f"http://{_in_url(self.central_system.basis.settings.control_host)}:{self.api_port}"


@asynccontextmanager
async def running(
    settings: Settings, seams: Seams | None = None, *, now: Callable[[], datetime] = utc_now
) -> AsyncIterator[RunningCsms]:
    """Run a Central System as long as the block lasts, with what is plugged in by `seams`.

    Raises SettingsError, StoreError.
    """
    settings.check()
    with (
        bound(settings.host, settings.port, "--port") as ocpp_socket,
        bound(settings.control_host, settings.api_port, "--api-port") as api_socket,
    ):
        if settings.data is not None:
            Authority.open(settings.data, now())  # what is wrong with the folder is told before anything listens
        csms = CentralSystem(Basis(settings, await Store.open(settings.database), now), seams)
        try:
            await csms.seed()
            running_csms = RunningCsms(csms, _port(ocpp_socket), _port(api_socket))
            async with ocpp_listener(csms, ocpp_socket), api_listener(control_api(csms), api_socket):
                if settings.port_file is not None:
                    _write_ports(settings.port_file, running_csms)
                yield running_csms
        finally:
            await csms.basis.store.close()


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
