"""The hostile Central System as a process: ``python -m tests.support.hostile.serve PORT_FILE``.

A Charge Point comes to ``/SITUATION/IDENTITY``, a wish at the control API to ``/api/SITUATION/IDENTITY/ACTION``. To the
identity BENT it does what the situation says, to everybody else it is good.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tests.support.hostile.situation import BENT, Script
from tests.support.hostile.table import SITUATIONS
from tests.support.hostile.wire import Wire
from tests.transport.hostile import CLOSE

GOOD: Final = Script()
_GONE = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)


class CentralSystem:
    """All connections of the process; ``wires`` are the open ones, by situation and identity."""

    def __init__(self) -> None:
        self.wires: dict[tuple[str, str], Wire] = {}

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One TCP connection, to its end."""
        wire = Wire(reader, writer)
        try:
            path = unquote((await wire.read_request()).split(b" ", 2)[1].decode()).strip("/").split("/")
            if path[0] == "api":
                await self._wish(wire, "/".join(path[1:3]), *path[3:5])
            else:
                await self._charge_point(wire, "/".join(path[:2]), path[2])
        except _GONE:
            pass
        finally:
            writer.close()

    async def _charge_point(self, wire: Wire, situation: str, identity: str) -> None:
        script = _script(situation, identity)
        if script.door is None:
            wire.shake()
        elif not await script.door(wire):
            return
        self.wires[situation, identity] = wire
        if script.greeting is not None:
            await script.greeting(wire, "")
        while True:
            opcode, data = await wire.message()
            if opcode == CLOSE and script.closing is not None:
                await script.closing(wire, "")
            call = await wire.answer_well(opcode, data)
            if call is not None:
                deed = script.on.get(call[1])
                await (wire.confirm(*call) if deed is None else deed(wire, call[0]))

    async def _wish(self, wire: Wire, situation: str, identity: str, action: str) -> None:
        script, line = _script(situation, identity), self.wires.get((situation, identity))
        if script.api is not None:
            await script.api(wire, "")
            return
        await wire.put(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        if line is not None:
            deed = script.on.get(action)
            await (line.say(json.dumps([2, "c1", action, {}])) if deed is None else deed(line, "c1"))


def _script(situation: str, identity: str) -> Script:
    return SITUATIONS[situation].script if identity == BENT else GOOD


async def main(port_file: Path) -> None:
    """Listen until the process is ended, or whoever started it is gone."""
    listener = await asyncio.start_server(CentralSystem().take, "127.0.0.1", 0)
    draft = port_file.with_suffix(".new")
    draft.write_text(json.dumps(listener.sockets[0].getsockname()[1]), "utf-8")
    draft.replace(port_file)
    parent = os.getppid()
    while os.getppid() == parent:  # noqa: ASYNC110 - nobody tells a process that its parent is gone
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
