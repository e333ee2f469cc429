"""A Central System that says credentials again wherever it can: ``python telltale_csms.py PORT_FILE``.

Charge Points connect to ``/echo`` (it sends them in CALLs, CALLERRORs and rubbish), ``/refuse`` (HTTP 401 with them as
body) or ``/close`` (close code 4001 with them as reason). Its control API answers everything with HTTP 500 and them.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

ANSWERS: dict[str, dict[str, Any]] = {
    "BootNotification": {"status": "Accepted", "currentTime": "2026-11-26T00:00:00Z", "interval": 300},
    "Heartbeat": {"currentTime": "2026-11-26T00:00:00Z"},
    "Authorize": {"idTagInfo": {"status": "Accepted"}},
    "StartTransaction": {"transactionId": 1, "idTagInfo": {"status": "Accepted"}},
}


def told(authorization: str) -> tuple[str, ...]:
    """The credentials in every form: as they came, decoded, the password alone, in hex."""
    credentials = base64.b64decode(authorization.rsplit(maxsplit=1)[-1]).decode() if authorization else ""
    password = credentials.partition(":")[2]
    alone = base64.b64encode(password.encode()).decode()
    return authorization, credentials, password, password.encode().hex(), alone


def refuse(connection: ServerConnection, request: Request) -> Response | None:
    """HTTP 401 for those who knock at ``/refuse``."""
    words = " / ".join(told(request.headers.get("Authorization", "")))
    return connection.respond(HTTPStatus.UNAUTHORIZED, words) if request.path.startswith("/refuse") else None


async def talk(connection: ServerConnection) -> None:
    """Answer what has to be answered, and tell the rest."""
    assert connection.request is not None
    words = told(connection.request.headers.get("Authorization", ""))
    if connection.request.path.startswith("/close"):
        await connection.close(4001, f"not {words[2]}")
    async for text in connection:
        frame = json.loads(text)
        if frame[0] != 2:
            continue
        await connection.send(json.dumps([3, frame[1], ANSWERS.get(frame[2], {})]))
        if frame[2] == "BootNotification":
            for number, word in enumerate(words):
                await connection.send(json.dumps([2, f"c{number}", "DataTransfer", {"vendorId": "v", "data": word}]))
                await connection.send(f"rubbish {word}")
                await connection.send(json.dumps([4, f"n{number}", "GenericError", word, {"said": word}]))
                await connection.send(json.dumps([2, word, "DataTransfer", {"vendorId": "v"}]))


async def control(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """HTTP 500, with what the caller showed."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    found = re.search(r"(?im)^authorization: (.*)$", head)
    shown = found[1].strip() if found else ""
    body = json.dumps({"error": " / ".join(told(shown)) if shown.startswith("Basic") else shown, "url": head[:200]})
    writer.write(f"HTTP/1.1 500 No\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
    await writer.drain()
    writer.close()


async def main(port_file: Path) -> None:
    """Listen until the process is ended."""
    api = await asyncio.start_server(control, "127.0.0.1", 0)
    async with serve(talk, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")], process_request=refuse) as listener:
        ports = {"ocpp": listener.sockets[0].getsockname()[1], "api": api.sockets[0].getsockname()[1]}
        draft = port_file.with_suffix(".new")
        draft.write_text(json.dumps(ports), "utf-8")
        draft.replace(port_file)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
