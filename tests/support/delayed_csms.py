"""A Central System in a process of its own that answers every CALL after a known delay, and does nothing else."""

from __future__ import annotations

import asyncio
import json
import sys

from websockets.asyncio.server import ServerConnection, serve


async def main(delay: float) -> None:
    """Serve until the standard input ends; the port goes to the standard output."""
    loop = asyncio.get_running_loop()

    async def converse(connection: ServerConnection) -> None:
        async for text in connection:
            answer = json.dumps([3, json.loads(text)[1], {"currentTime": "2026-01-01T00:00:00Z"}])
            await asyncio.sleep(delay)
            await connection.send(answer)

    async with serve(converse, "127.0.0.1", 0, subprotocols=["ocpp1.6"], compression=None) as listener:  # type: ignore[list-item]
        sys.stdout.write(f"{listener.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
