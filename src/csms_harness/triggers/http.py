"""The http adapter: declared requests to the control API of a CSMS."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from csms_harness._version import __version__
from csms_harness.foreign import excerpt
from csms_harness.triggers.base import Failed, Outcome, Performed, TriggerRequest
from csms_harness.triggers.config import HttpEntry, HttpRequest, PrepareStep
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.template import (
    MISSING,
    MissingName,
    Scope,
    as_text,
    follow,
    parse_path,
    percent_encoded,
    render,
    render_text,
)

ANSWER_LIMIT = 2**20
"""Bytes of an answer that are read; a control API has nothing longer to say."""

_LOOKED_AT = 4000
_CONFIDENTIAL = re.compile(r"token|secret|passw|session|cookie|auth|jwt|key", re.IGNORECASE)


class _NotPerformed(Exception):
    """One request of the entry did not do what it should."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    phrase: str
    body: bytes
    location: str


def new_client() -> httpx.AsyncClient:
    """A client that follows no redirect and takes nothing from the environment, neither proxy nor netrc."""
    plain = {"User-Agent": f"csms-harness/{__version__}", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=None, headers=plain)  # noqa: S113 - each exchange is bounded


class HttpTrigger:
    """Performs an entry's ``prepare`` steps in turn, then its request."""

    def __init__(self, entry: HttpEntry, client: httpx.AsyncClient, secrets: Secrets) -> None:
        self._entry = entry
        self._client = client
        self._secrets = secrets

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Performed when the CSMS answers with an accepted status, else Failed with what it answered."""
        scope = Scope(request, self._secrets)
        try:
            for number, step in enumerate(self._entry.prepare, 1):
                await self._prepare(step, scope, f"prepare step {number}: ")
            answer = await self._answer_to(self._entry, scope)
        except (_NotPerformed, LookupError) as error:
            return Failed(str(error.args[0] if error.args else error))
        return Performed(f"{self._named(self._entry, scope)} answered HTTP {answer.status}")

    def label(self, request: TriggerRequest) -> str:
        """Method and address of the last request, as far as they are known before it."""
        return self._named(self._entry, Scope(request, self._secrets))

    async def aclose(self) -> None:
        """Nothing to give back: the client belongs to the book."""

    async def _prepare(self, step: PrepareStep, scope: Scope, which: str) -> None:
        answer = await self._answer_to(step, scope, which)
        if not step.save:
            return
        try:
            content = json.loads(answer.body)
        except (ValueError, RecursionError):
            shown = self._shown(answer.body)
            raise _NotPerformed(f"{which}{self._named(step, scope)} answered no JSON: {shown}") from None
        for name, path in step.save.items():
            value = follow(content, parse_path(path))
            if value is MISSING or value is None:
                shown = self._shown(answer.body)
                raise _NotPerformed(f"{which}{self._named(step, scope)} answered without {path}: {shown}")
            scope.saved[name] = value
            if _CONFIDENTIAL.search(name) or _CONFIDENTIAL.search(path):
                self._secrets.remember(as_text(value))

    async def _answer_to(self, http: HttpRequest, scope: Scope, which: str = "") -> _Answer:
        named = f"{which}{self._named(http, scope)}"
        limit = self._entry.timeout
        try:
            # The limits of httpx are per read; a CSMS that drips its answer would pass them all.
            self._remember_credentials(http, scope)
            async with asyncio.timeout(limit):
                answer = await self._exchange(http, scope)
        except TimeoutError:
            raise _NotPerformed(f"no answer from {named} within {limit:g} s") from None
        except httpx.ConnectError as error:
            why = f"{named} was not reached ({self._shown(str(error))})"
            raise _NotPerformed(f"{why}; start the control API or correct the url") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise _NotPerformed(f"{named} failed ({type(error).__name__}: {self._shown(str(error))})") from None
        if not http.accepts(answer.status):
            told = f"{answer.status} {answer.phrase}".strip()
            where = f" to {self._shown(answer.location)}" if answer.location else ""
            why = f"{named} answered HTTP {told}{where}, accepted is {http.accepted}"
            raise _NotPerformed(f"{why}: {self._shown(answer.body)}")
        return answer

    def _remember_credentials(self, http: HttpRequest, scope: Scope) -> None:
        """A user and a password in the URL travel as one text in Basic authentication (RFC 7617)."""
        address = httpx.URL(render_text(http.url, scope, percent_encoded))
        if address.password:
            self._secrets.remember(address.password)
            self._secrets.remember(f"{address.username}:{address.password}")

    async def _exchange(self, http: HttpRequest, scope: Scope) -> _Answer:
        stream = self._client.stream(
            http.method,
            render_text(http.url, scope, percent_encoded),
            headers=_texts(http.headers, scope),
            params=_texts(http.params, scope) or None,
            **_body(http, scope),
        )
        async with stream as response:
            encoding = response.headers.get("content-encoding", "identity")
            if encoding.strip().casefold() not in ("", "identity"):  # nobody asked for it, and it may be a bomb
                raise ValueError(f"Content-Encoding {encoding} was not asked for")
            body = b""
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > ANSWER_LIMIT:
                    break
            location = response.headers.get("location", "") if response.is_redirect else ""
            return _Answer(response.status_code, excerpt(response.reason_phrase, 60), body, location)

    def _shown(self, foreign: str | bytes) -> str:
        # Masked before it is cut, or part of a secret could be left at the cut.
        text = foreign if isinstance(foreign, str) else foreign[:_LOOKED_AT].decode(errors="replace")
        return excerpt(self._secrets.mask(text)) or "(empty)"

    def _named(self, http: HttpRequest, scope: Scope) -> str:
        try:
            url = render_text(http.url, scope, percent_encoded)
        except LookupError:
            url = http.url
        return f"{http.method} {url}"


def _body(http: HttpRequest, scope: Scope) -> dict[str, Any]:
    if http.form is not None:
        return {"data": _texts(http.form, scope)}
    if http.json_body is None:
        return {}
    content = render(http.json_body, scope)
    if content is MISSING:
        raise MissingName(f"{http.json_body} is needed as body, and {scope.request.action} has no such field here")
    return {"json": content}


def _texts(members: dict[str, Any], scope: Scope) -> dict[str, str]:
    return {name: as_text(value) for name, value in render(members, scope).items()}
