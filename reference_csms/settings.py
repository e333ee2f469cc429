"""What the operator of the reference Central System may choose."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(ValueError):
    """A setting cannot be used; the text is one sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything chosen at start; times in seconds, port 0 means an ephemeral port.

    `allowed_hosts` are names by which the control API may be called, beside its address and `localhost`.
    `api_host` follows `host` when it is None. `complete_handshake` answers a Charge Point without the
    subprotocol `ocpp1.6` by the letter of OCPP-J 1.6, 3.2 (open, then close at once) instead of by HTTP 400.
    `tls_port` and `client_tls_port` serve security profiles 2 and 3; `demo_password` is that of the demonstration's
    Charge Points, which need none without it.
    `data` is the folder of keys and certificates; without one they are made anew at each start and kept in memory.
    """

    host: str = "127.0.0.1"
    port: int = 9000
    api_host: str | None = None
    api_port: int = 9100
    allowed_hosts: tuple[str, ...] = ()
    database: str = "sqlite+aiosqlite:///reference-csms.sqlite3"
    heartbeat_interval: int = 300
    known_only: bool = False
    token: str | None = None
    milliseconds: bool = True
    seed_demo: bool = True
    call_timeout: float = 30.0
    complete_handshake: bool = False
    port_file: Path | None = None
    data: Path | None = None
    demo_password: str | None = field(default=None, repr=False)
    tls_port: int | None = None
    client_tls_port: int | None = None

    @property
    def control_host(self) -> str:
        """The address of the control API."""
        return self.host if self.api_host is None else self.api_host

    def check(self) -> None:
        """Raise SettingsError when the Central System must not be started like this."""
        ports = {"--port": self.port, "--api-port": self.api_port}
        more = {"--tls-port": self.tls_port, "--client-tls-port": self.client_tls_port}
        for name, port in (ports | {name: port for name, port in more.items() if port is not None}).items():
            if not 0 <= port <= 65535:
                raise SettingsError(f"{name} is {port}, but a TCP port lies between 0 and 65535.")
        if self.port and self.port == self.api_port:
            raise SettingsError(f"--port and --api-port are both {self.port}; choose two different ports.")
        if self.heartbeat_interval < 0:
            raise SettingsError(f"--heartbeat-interval is {self.heartbeat_interval}, expected 0 or more.")
        if self.call_timeout <= 0:
            raise SettingsError(f"--call-timeout is {self.call_timeout}, expected more than 0 seconds.")
        if not self.token and not is_loopback(self.control_host):
            raise SettingsError(
                f"The control API would listen on {self.control_host}, which other machines can reach; "
                "give --token or REFERENCE_CSMS_TOKEN, or keep it on 127.0.0.1 with --api-host."
            )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
