"""What is asked on a real terminal: the operator's prompt beside the live progress, and the questions of ``init``."""

from __future__ import annotations

import asyncio
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pytest

from csms_harness.target.init import QUESTIONS
from csms_harness.target.target import read_target
from tests.runner.peer import Csms, running
from tests.support.command_line import CHANGING, SCRIPT

LIMIT = 20.0
KEYS = r"3:00   \[d\] done   \[c\] cannot do this   \[s\] stop the run"


class Background:
    """A Central System in a thread of its own, for a terminal that is read without an event loop."""

    def __init__(self) -> None:
        self.csms = Csms()
        self._loop = asyncio.new_event_loop()
        self._ready, self._ended = threading.Event(), asyncio.Event()

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        async with running(self.csms):
            self._ready.set()
            await self._ended.wait()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(LIMIT)

    def call(self, action: str, payload: dict[str, object]) -> None:
        text = json.dumps([2, "cs-1", action, payload])
        asyncio.run_coroutine_threadsafe(self.csms.connections[-1].send(text), self._loop).result(LIMIT)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)


@contextmanager
def central_system() -> Iterator[Background]:
    background = Background()
    thread = threading.Thread(target=background.run)
    thread.start()
    try:
        background.wait_until_ready()
        yield background
    finally:
        background.end()
        thread.join(LIMIT)


def spawn(*words: str) -> Any:
    environment = {name: value for name, value in os.environ.items() if name not in CHANGING} | {"TERM": "xterm"}
    options = {"env": environment, "encoding": "utf-8", "timeout": LIMIT, "dimensions": (24, 80), "echo": False}
    untyped: Any = pexpect.spawn
    terminal = untyped(str(SCRIPT), list(words), **options)
    terminal.delaybeforesend = None
    return terminal


def start(folder: Path, url: str, *cases: str) -> Any:
    target = folder / "target.yaml"
    target.write_text(f"url: {url}\ncharge_points: [{{id: CP_01}}]\nconfig: {{valid_id_tag: TAG-001}}\n", "utf-8")
    return spawn("run", *cases, "--target", str(target), "--out", str(folder / "out"), "--deadline", "operator=180s")


def plain(text: str) -> str:
    """What stands on the screen without the ways it got there."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.e2e
def test_a_prompt_is_one_sentence_with_keys_and_closes_by_itself_when_the_call_arrives(tmp_path: Path) -> None:
    with central_system() as background:
        terminal = start(tmp_path, background.csms.url, "TC_017_1", "TC_061")
        terminal.expect("CP_01 · ClearCache · closes by itself when the CALL arrives")
        terminal.expect("In the CSMS, clear the authorization cache of CP_01")
        terminal.expect(KEYS)
        background.call("ClearCache", {})
        terminal.expect("PASS.{0,20}  TC_061_CSMS")
        terminal.expect("In the CSMS, unlock connector 1 of CP_01")
        terminal.expect(KEYS)
        terminal.send("c")
        terminal.expect("INCONCLUSIVE.{0,20}  TC_017_1_CSMS")
        terminal.expect("the operator said that this cannot be done in the CSMS")
        terminal.expect(pexpect.EOF)
        terminal.close()
    assert terminal.exitstatus == 4


@pytest.mark.e2e
def test_stop_ends_the_run_and_every_line_of_the_prompt_fits_the_screen(tmp_path: Path) -> None:
    with central_system() as background:
        terminal = start(tmp_path, background.csms.url, "TC_017_1", "TC_061")
        terminal.expect(KEYS)
        prompt = plain(terminal.before + terminal.after)
        terminal.send("s")
        terminal.expect(pexpect.EOF)
        rest = plain(terminal.before)
        terminal.close()
    assert max(len(line) for line in prompt.splitlines()) <= 80
    assert "UnlockConnector" not in rest
    assert "INCOMPLETE" in rest
    assert terminal.exitstatus == 4


@pytest.mark.e2e
def test_init_asks_everything_and_asks_again_when_an_answer_cannot_be_used(tmp_path: Path) -> None:
    terminal = spawn("init", str(tmp_path))
    first, *others = QUESTIONS
    terminal.expect_exact(f"{first.text} [{first.default}]: ")
    terminal.sendline("http://csms.example")
    terminal.expect_exact("is no WebSocket URL")
    terminal.expect_exact(f"{first.text} [{first.default}]: ")
    terminal.sendline("ws://csms.example/ocpp")
    for question in others:
        terminal.expect_exact(question.text)
        terminal.sendline("TAG-EXPIRED" if question.name == "expired_id_tag" else "")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    written = read_target(tmp_path / "target.yaml")
    assert (written.url, written.config["expired_id_tag"]) == ("ws://csms.example/ocpp", "TAG-EXPIRED")


@pytest.mark.e2e
def test_each_step_waits_for_a_key_and_what_passes_is_shown(tmp_path: Path) -> None:
    with central_system() as background:
        target = tmp_path / "target.yaml"
        target.write_text(f"url: {background.csms.url}\ncharge_points: [{{id: CP_01}}]\n", "utf-8")
        terminal = spawn("run", "TC_001", "--target", str(target), "--out", str(tmp_path / "out"), "--step")
        terminal.expect_exact("Charge Point connects")
        terminal.expect_exact("[Enter] next step   [r] run to the end   [s] stop the run")
        terminal.send("\r")
        terminal.expect_exact("steps 1-2 Charge Point sends BootNotification")
        terminal.expect_exact("[Enter] next step")
        terminal.send("r")
        terminal.expect(r"CP → CS  BootNotification.req +\[2,")
        terminal.expect("PASS.{0,20}  TC_001_CSMS")
        terminal.expect(pexpect.EOF)
        terminal.close()
    assert terminal.exitstatus == 0
    assert "Each step waited for a key" in (tmp_path / "out" / "report.md").read_text("utf-8")
