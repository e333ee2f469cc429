"""Central Systems in processes of their own, which tell their ports in a file once they listen."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from csms_harness.runner.reference import Ports
from tests.support.children import mortal
from tests.support.command_line import DEADLINE, LOOK_EVERY


@contextmanager
def listening(
    command: Sequence[str | Path], port_file: Path, env: Mapping[str, str] | None = None, *, code: int = 0
) -> Iterator[Ports]:
    """Run the command as long as the block lasts, from the moment at which its port file is there.

    What it prints goes to a file beside the port file, and into the assertion when it does not start. ``env`` are
    variables beside those of the tests, ``code`` is what it has to end with on SIGTERM.
    """
    log_file = port_file.with_suffix(".log")
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            list(map(str, command)), stdout=log, stderr=log, env=os.environ | dict(env or {}), preexec_fn=mortal
        )
    try:
        ends = monotonic() + DEADLINE
        while not port_file.exists():
            assert process.poll() is None, log_file.read_text("utf-8")
            assert monotonic() < ends, log_file.read_text("utf-8")
            sleep(LOOK_EVERY)  # a file has no event to wait for
        yield Ports(**json.loads(port_file.read_text("utf-8")))
    finally:
        process.terminate()
        assert process.wait(DEADLINE) == code, log_file.read_text("utf-8")
