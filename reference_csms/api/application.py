"""The FastAPI application: who may call it, and errors as one sentence each."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from reference_csms.api import actions, provisioning, state
from reference_csms.api.page import add_page
from reference_csms.calls import OrderRefusedError
from reference_csms.central_system import CentralSystem
from reference_csms.settings import Settings


def control_api(csms: CentralSystem) -> FastAPI:
    """The application for one Central System; no interactive page, for that loads foreign scripts."""
    application = FastAPI(
        title="Reference CSMS control API",
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(_guard(csms.basis.settings))],
    )
    application.state.csms = csms
    for router in (actions.router, state.router, provisioning.router):
        application.include_router(router)
    add_page(application)
    application.add_exception_handler(OrderRefusedError, _say_refused)
    application.add_exception_handler(RequestValidationError, _say_invalid)
    return application


def _guard(settings: Settings) -> Callable[[Request], Awaitable[None]]:
    names = frozenset(name.casefold() for name in ("localhost", settings.control_host, *settings.allowed_hosts))

    async def guard(request: Request) -> None:
        _refuse_foreign_names(request, names)
        _refuse_foreign_pages(request)
        if settings.token is not None and not _shows(request, settings.token):
            detail = "Send the header Authorization: Bearer with the token of this Central System."
            raise HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})

    return guard


def _shows(request: Request, token: str) -> bool:
    """Whether a request carries the token, in the scheme Bearer (RFC 6750, 2.1)."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.casefold() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


def _refuse_foreign_names(request: Request, names: Collection[str]) -> None:
    """A name that somebody made to point here (DNS rebinding) must not steer the Central System; an address may."""
    host = _host(request.headers.get("host", ""))
    if host is None or not (host.casefold() in names or _is_address(host)):
        detail = f"This Central System is not known as {host or 'that'}; start it with --allow-host to be called so."
        raise HTTPException(421, detail)


def _host(header: str) -> str | None:
    """The host of a Host header without its port; None when it is none."""
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _refuse_foreign_pages(request: Request) -> None:
    """A web page of somebody else, open in the operator's browser, must not steer the Central System."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "Calls from pages of other origins are not taken.")


async def _say_refused(_: Request, refusal: Exception) -> JSONResponse:
    status, member = (refusal.status, refusal.member) if isinstance(refusal, OrderRefusedError) else (500, "")
    content = {"detail": str(refusal)} | ({"member": member} if member else {})
    return JSONResponse(content, status)


async def _say_invalid(_: Request, error: Exception) -> JSONResponse:
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    if first.get("type") == "json_invalid":
        return JSONResponse({"detail": "The body is not JSON."}, 400)
    member = ".".join(str(part) for part in first.get("loc", ())[1:])
    detail = f"{member or 'The body'}: {first.get('msg', 'is not valid')}."
    return JSONResponse({"detail": detail, "member": member}, 422)
