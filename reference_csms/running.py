"""The reference Central System, up and listening: the OCPP listener and the control API in one event loop."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from reference_csms.api.application import control_api
from reference_csms.authority import Authority
from reference_csms.basis import Basis
from reference_csms.central_system import CentralSystem
from reference_csms.instants import utc_now
from reference_csms.listening import api_listener, bound, ocpp_listener
from reference_csms.records.seed import DEMO_CHARGE_POINTS
from reference_csms.records.store import Store
from reference_csms.seams import Seams
from reference_csms.securing import NAMES, Certificates
from reference_csms.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class RunningCsms:
    """A Central System that listens; append the identity of a Charge Point to `ocpp_url`.

    `tls_ports` are those of security profiles 2 and 3, where they are served; `ca_file` is what their certificates are
    checked by, and beside it lie the client certificates of the demonstration's Charge Points (`clients`).
    """

    central_system: CentralSystem
    ocpp_port: int
    api_port: int
    tls_ports: Mapping[int, int] = field(default_factory=dict)
    ca_file: Path | None = None

    @property
    def ocpp_url(self) -> str:
        """Where Charge Points connect, without their identity."""
        return f"ws://{_in_url(self.central_system.basis.settings.host)}:{self.ocpp_port}/ocpp"

    def tls_url(self, profile: int) -> str:
        """Where Charge Points connect under security profile 2 or 3; raises KeyError where that is not served."""
        return f"wss://{NAMES[0]}:{self.tls_ports[profile]}/ocpp"

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
    if settings.data is not None:
        Authority.open(settings.data, now())  # what is wrong with the folder is told before anything listens
    async with AsyncExitStack() as stack:
        ocpp_socket = stack.enter_context(bound(settings.host, settings.port, "--port"))
        api_socket = stack.enter_context(bound(settings.control_host, settings.api_port, "--api-port"))
        tls_sockets = {
            profile: stack.enter_context(bound(settings.host, port, option))
            for profile, (port, option) in _tls_listeners(settings).items()
        }
        certificates = _certificates(settings, stack, now()) if tls_sockets else None
        csms = CentralSystem(Basis(settings, await Store.open(settings.database), now), seams)
        stack.push_async_callback(csms.basis.store.close)
        await csms.seed()
        ports = {profile: _port(one) for profile, one in tls_sockets.items()}
        ca_file = None if certificates is None else certificates.ca_file
        running_csms = RunningCsms(csms, _port(ocpp_socket), _port(api_socket), ports, ca_file)
        await stack.enter_async_context(ocpp_listener(csms, ocpp_socket))
        for profile, one in tls_sockets.items():
            assert certificates is not None
            context = csms.seams.secured(certificates.context(profile, csms.basis.authority.root_pem), profile)
            await stack.enter_async_context(ocpp_listener(csms, one, profile, context))
        await stack.enter_async_context(api_listener(control_api(csms), api_socket))
        if settings.port_file is not None:
            _write_ports(settings.port_file, running_csms)
        yield running_csms


def _tls_listeners(settings: Settings) -> dict[int, tuple[int, str]]:
    """The port and the option of each security profile over TLS that is to be served."""
    wanted = {2: (settings.tls_port, "--tls-port"), 3: (settings.client_tls_port, "--client-tls-port")}
    return {profile: (port, option) for profile, (port, option) in wanted.items() if port is not None}


def _certificates(settings: Settings, stack: AsyncExitStack, now: datetime) -> Certificates:
    clients = DEMO_CHARGE_POINTS if settings.seed_demo else ()
    if settings.data is not None:
        return Certificates.open(settings.data / "tls", clients, now)
    folder = stack.enter_context(TemporaryDirectory(prefix="reference-csms-"))
    return Certificates.open(Path(folder), clients, now)


def _port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _write_ports(path: Path, running_csms: RunningCsms) -> None:
    ports: dict[str, object] = {"ocpp": running_csms.ocpp_port, "api": running_csms.api_port}
    if running_csms.ca_file is not None:
        ports |= {f"profile_{profile}": port for profile, port in running_csms.tls_ports.items()}
        ports["ca_file"] = str(running_csms.ca_file)
    draft = path.with_name(path.name + ".new") if path.is_file() or not path.exists() else path
    try:
        draft.write_text(json.dumps(ports) + "\n", encoding="utf-8")
        if draft != path:  # what is no file is a device or a pipe, and stays one
            draft.replace(path)
    except OSError as error:
        raise SettingsError(f"--port-file {path} cannot be written ({error.strerror}).") from None
