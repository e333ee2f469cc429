"""`GET /`: the status page. It holds no data of its own: its script asks the control API, as any client does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

_FOLDER: Final = Path(__file__).with_name("static")
_FILES: Final = {
    "/": ("page.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
}
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def add_page(application: FastAPI) -> None:
    """Serve the page and what it is made of, to anybody who may ask: the token is asked for by the page itself."""
    for path, (name, kind) in _FILES.items():
        application.router.add_route(path, _serve(name, kind), methods=["GET"], include_in_schema=False)


def _serve(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    content = (_FOLDER / name).read_bytes()

    async def serve(_: Request) -> Response:
        return Response(content, media_type=kind, headers=_HEADERS)

    return serve
