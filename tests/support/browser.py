"""A headless Chromium with one page, steered over its debugging protocol: what a person would press is pressed."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.sync.client import connect

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
STARTING: Final = 30.0


class Page:
    """One page. ``run`` evaluates a script in it, and waits for its promise."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._number = 0

    def run(self, script: str) -> Any:
        """The value of a script. Raises AssertionError with what went wrong in the page."""
        self._number += 1
        parameters = {"expression": script, "awaitPromise": True, "returnByValue": True}
        self._socket.send(json.dumps({"id": self._number, "method": "Runtime.evaluate", "params": parameters}))
        while True:
            told = json.loads(self._socket.recv(timeout=STARTING))
            if told.get("id") == self._number:
                assert "exceptionDetails" not in told["result"], told["result"]["exceptionDetails"]
                return told["result"]["result"].get("value")

    def until(self, script: str) -> Any:
        """The value of a script once it is true."""
        waiting = f"new Promise((done) => {{ const look = () => {{ const found = ({script}); "
        waiting += "if (found) done(found); else setTimeout(look, 20); }; look(); })"
        return self.run(waiting)


@contextmanager
def page_at(address: str, folder: Path) -> Iterator[Page]:
    """A page at this address, as long as the block lasts."""
    assert CHROMIUM is not None
    words = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    words += ["--remote-debugging-port=0", f"--user-data-dir={folder}", address]
    process = subprocess.Popen(words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        with connect(_debugging(folder), open_timeout=STARTING, max_size=2**24, proxy=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(STARTING)


def _debugging(folder: Path) -> str:
    """The address of the page's debugger; Chromium writes its port into its folder."""
    ends = time.monotonic() + STARTING
    told = folder / "DevToolsActivePort"
    while time.monotonic() < ends:
        with suppress(OSError, IndexError, StopIteration, httpx.TransportError):
            port = told.read_text("utf-8").splitlines()[0]
            with httpx.Client(trust_env=False, timeout=STARTING) as client:
                found = client.get(f"http://127.0.0.1:{port}/json").json()
            return str(next(one for one in found if one["type"] == "page")["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise AssertionError("Chromium did not start")
