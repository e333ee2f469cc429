"""The reference CSMS as a child process on free ports: for the demo and the end-to-end tests."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from csms_harness.target.target import Target, read_target
from csms_harness.triggers.config import Entry, Triggers

DATA, PASSWORD = "REFERENCE_CSMS_DATA", "REFERENCE_CSMS_PASSWORD"
"""Variables that name the folder of certificates and the password of the Charge Points."""

START_LIMIT = 30.0
STOP_LIMIT = 5.0


class ReferenceFailed(RuntimeError):
    """The reference CSMS did not start; the text is its own last word."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the reference CSMS listens; ``tls`` are its ports for security profiles 2 and 3, if it serves them."""

    ocpp: int
    api: int
    tls: Mapping[int, int] = field(default_factory=dict)

    @property
    def ocpp_url(self) -> str:
        """The WebSocket URL without identity."""
        return f"ws://127.0.0.1:{self.ocpp}/ocpp"

    def url_of(self, profile: int) -> str:
        """The WebSocket URL of a security profile; raises KeyError for one that is not served."""
        return self.ocpp_url if profile < 2 else f"wss://localhost:{self.tls[profile]}/ocpp"

    @property
    def api_url(self) -> str:
        """The root of the control API."""
        return f"http://127.0.0.1:{self.api}"


@contextmanager
def reference_csms(options: Sequence[str] = (), *, secured: bool = False) -> Iterator[Ports]:
    """Run the reference CSMS on free ports and a database of its own, while the block runs.

    ``secured``: with all security profiles. The variables that targets/reference_tls.yaml names are set meanwhile.

    Raises ReferenceFailed when it does not listen within ``START_LIMIT`` seconds.
    """
    with tempfile.TemporaryDirectory(prefix="csms-harness-") as folder:
        port_file, log_file = Path(folder) / "ports.json", Path(folder) / "log.txt"
        database = f"sqlite+aiosqlite:///{folder}/reference.sqlite3"
        command = [
            sys.executable, "-m", "reference_faults", "--port", "0", "--api-port", "0",
            "--port-file", str(port_file), "--database", database, "--until-eof", *options,
        ]  # fmt: skip
        if secured:
            command += ["--tls-port", "0", "--client-tls-port", "0", "--data", f"{folder}/data"]
        with log_file.open("wb") as log, _named(Path(folder) / "data", secured=secured):
            # A group of its own: Ctrl-C must stop the run, and not the Central System under its last cases. It ends
            # with its standard input, so that it never outlives whoever started it.
            process = subprocess.Popen(  # noqa: S603
                command, stdout=log, stderr=log, stdin=subprocess.PIPE, process_group=0
            )
            try:
                yield _wait_for(port_file, process, log_file)
            finally:
                _stop(process)


@contextmanager
def _named(data: Path, *, secured: bool) -> Iterator[None]:
    """The folder of its certificates and a fresh password as variables, for the child and for who reads the target."""
    fresh = {DATA: str(data), PASSWORD: secrets.token_hex(10)} if secured else {}
    before = {name: os.environ.get(name) for name in fresh}
    os.environ.update(fresh)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _wait_for(port_file: Path, process: subprocess.Popen[bytes], log_file: Path) -> Ports:
    end = time.monotonic() + START_LIMIT
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > end:
            told = log_file.read_text("utf-8", "replace").strip() or "it said nothing"
            raise ReferenceFailed(f"the reference CSMS did not start: {told}")
        time.sleep(0.02)  # a child process has no event to wait for but its file
    ports = json.loads(port_file.read_text("utf-8"))
    tls = {profile: ports[f"profile_{profile}"] for profile in (2, 3) if f"profile_{profile}" in ports}
    return Ports(ports["ocpp"], ports["api"], tls)


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    process.terminate()
    try:
        process.wait(STOP_LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def moved(path: Path, ports: Ports) -> Target:
    """The target of the reference CSMS, for one that listens on other ports than the file says."""
    target = read_target(path)
    root = {action: _entries_at(ports, entries) for action, entries in target.triggers.root.items()}
    profiles = tuple(one.model_copy(update={"url": ports.url_of(one.profile)}) for one in target.security_profiles)
    moved_to = {"url": ports.ocpp_url, "security_profiles": profiles}
    return target.model_copy(update={**moved_to, "triggers": Triggers.model_construct(root=root)})


def _entries_at(ports: Ports, entries: Entry | list[Entry]) -> Entry | list[Entry]:
    return [_entry_at(ports, entry) for entry in entries] if isinstance(entries, list) else _entry_at(ports, entries)


def _entry_at(ports: Ports, entry: Entry) -> Entry:
    if entry.http is None:
        return entry
    url = urlsplit(entry.http.url)._replace(netloc=urlsplit(ports.api_url).netloc).geturl()
    return entry.model_copy(update={"http": entry.http.model_copy(update={"url": url})})
