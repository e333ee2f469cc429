"""An operator made of a pseudo-terminal: reads the prompts of a run, and does at the CSMS what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pexpect

from csms_harness.runner.reference import Ports
from tests.support.command_line import SCRIPT, environment

SCREEN = (50, 160)
PATIENCE = 30.0

_HEAD = r"(\S+) · (\w+) · closes by itself[^\r\n]*\r\n"
_REQUEST = r"\.req (\{[^\r\n]*\})\r\n"
_MEMBER = re.compile(r"([A-Za-z.]+):")
_COPIED = re.compile(r"-----[A-Z ]+-----|[A-Za-z0-9+/=]+")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the operator was asked: for which Charge Point, in which words, and with which fields."""

    charge_point_id: str
    action: str
    sentence: str
    fields: dict[str, Any]


@dataclass
class Operator:
    """Somebody at a terminal in which a run goes on."""

    terminal: Any
    prompts: list[Prompt] = field(default_factory=list)

    def serve(self, answer: Callable[[Prompt], str | None]) -> int:
        """Answer every prompt until the run is over; returns its exit code.

        ``answer`` does what the prompt says, and gives the key to press; None waits for the prompt to close.
        """
        while self.terminal.expect([_HEAD, pexpect.EOF]) == 0:
            charge_point_id, action = self.terminal.match.groups()
            self.terminal.expect(_REQUEST)
            said, fields = self.terminal.before, json.loads(self.terminal.match[1])
            self.terminal.expect_exact("[d] done")
            _copy(_ESCAPES.sub("", self.terminal.before), fields)
            prompt = Prompt(_ESCAPES.sub("", charge_point_id), action, _sentence(said), fields)
            self.prompts.append(prompt)
            key = answer(prompt)
            if key is not None:
                self.terminal.send(key)
        return self.code()

    def code(self) -> int:
        """The exit code of the run, once it is over."""
        self.terminal.expect(pexpect.EOF)
        self.terminal.close()
        return int(self.terminal.exitstatus)

    def wait_for(self, text: str) -> None:
        """Wait until the screen shows a text."""
        self.terminal.expect_exact(text)


def _copy(below: str, fields: dict[str, Any]) -> None:
    """Put the texts that stand below the request, each under the path of its member, where they belong."""
    path: list[str] = []
    for line in below.splitlines():
        if (named := _MEMBER.fullmatch(line)) is not None:
            path = named[1].split(".")
            _holder(fields, path)[path[-1]] = ""
        elif path and _COPIED.fullmatch(line):
            holder = _holder(fields, path)
            holder[path[-1]] += f"\n{line}" if holder[path[-1]] else line


def _holder(fields: dict[str, Any], path: list[str]) -> dict[str, Any]:
    for name in path[:-1]:
        fields = fields[name]
    return fields


def _sentence(said: str) -> str:
    found = re.search(r"In the CSMS, [^\r\n]*", _ESCAPES.sub("", said))
    return found[0] if found else ""


@contextmanager
def operating(*arguments: str | Path) -> Iterator[Operator]:
    """A run in a terminal of its own, as long as the block lasts."""
    env = environment(TERM="xterm")
    del env["COLUMNS"]
    spawn: Any = pexpect.spawn
    words = [*map(str, arguments)]
    terminal = spawn(str(SCRIPT), words, encoding="utf-8", timeout=PATIENCE, dimensions=SCREEN, env=env)
    terminal.delaybeforesend = None
    try:
        yield Operator(terminal)
    finally:
        terminal.close(force=True)


@contextmanager
def control_of(ports: Ports) -> Iterator[Callable[[Prompt], None]]:
    """What makes the reference CSMS do as a prompt says: its control API in place of its screen."""
    with httpx.Client(base_url=ports.api_url, trust_env=False) as client:

        def perform(prompt: Prompt) -> None:
            path = f"/api/octt/1.6/{prompt.charge_point_id}/{prompt.action}"
            response = client.post(path, json=prompt.fields)
            assert response.status_code == 202, response.text

        yield perform
