"""A trivial Central System in a process of its own: it answers what a Charge Point sends, and does nothing else."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

ROOT: Final = Path(__file__).parents[1]
MOMENT: Final = "2026-01-01T00:00:00Z"
ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "BootNotification": {"status": "Accepted", "currentTime": MOMENT, "interval": 3600},
    "Heartbeat": {"currentTime": MOMENT},
    "Authorize": {"idTagInfo": {"status": "Accepted"}},
}


@contextmanager
def peer(delay: float = 0.0) -> Iterator[int]:
    """Its port, while the block runs. Every answer comes ``delay`` seconds after its CALL."""
    command = [sys.executable, "-m", "benchmarks.peer", str(delay)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate("")


async def _converse(connection: ServerConnection, delay: float) -> None:
    async for text in connection:
        _, unique_id, action, _ = json.loads(text)
        if delay:
            await asyncio.sleep(delay)
        await connection.send(json.dumps([3, unique_id, ANSWERS.get(action, {})]))


async def main(delay: float) -> None:
    """Serve until the standard input ends; the port goes to the standard output."""

    async def converse(connection: ServerConnection) -> None:
        await _converse(connection, delay)

    async with serve(converse, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], compression=None) as listener:
        sys.stdout.write(f"{next(iter(listener.sockets)).getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
