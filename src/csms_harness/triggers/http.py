"""The http adapter: declared requests to the control API of a CSMS."""

from __future__ import annotations

import asyncio
import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from csms_harness._version import __version__
from csms_harness.foreign import excerpt
from csms_harness.triggers.answers import says_no, says_nothing
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
_LATER = (429, 503)
_LEAST_WAIT = 0.1
_CONFIDENTIAL = re.compile(r"token|secret|passw|session|cookie|auth|jwt|key", re.IGNORECASE)


class _NotPerformed(Exception):
    """One request of the entry did not do what it should."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    phrase: str
    body: bytes
    location: str
    wait: float | None = None


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
        """Performed when the CSMS answers in a way that is accepted, else Failed with what it answered."""
        scope = Scope(request, self._secrets)
        ends = math.inf if request.within is None else asyncio.get_running_loop().time() + request.within
        try:
            for number, step in enumerate(self._entry.prepare, 1):
                await self._prepare(step, scope, ends, f"prepare step {number}: ")
            answer = await self._answer_to(self._entry, scope, ends)
        except (_NotPerformed, LookupError) as error:
            return Failed(str(error.args[0] if error.args else error))
        said = "" if says_nothing(answer.body) else self._shown(answer.body)
        told = f"{self._named(self._entry, scope)} answered HTTP {answer.status}"
        return Performed(f"{told}: {said}" if said else told, said, says_no(answer.body))

    def label(self, request: TriggerRequest) -> str:
        """Method and address of the last request, as far as they are known before it."""
        return self._named(self._entry, Scope(request, self._secrets))

    async def aclose(self) -> None:
        """Nothing to give back: the client belongs to the book."""

    async def _prepare(self, step: PrepareStep, scope: Scope, ends: float, which: str) -> None:
        answer = await self._answer_to(step, scope, ends, which)
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

    async def _answer_to(self, http: HttpRequest, scope: Scope, ends: float, which: str = "") -> _Answer:
        """The accepted answer; a CSMS that asks to be asked again later is, as long as there is time for it."""
        named = f"{which}{self._named(http, scope)}"
        while True:
            answer = await self._one_answer(http, scope, named)
            if http.taken.holds(answer.status, answer.body):
                return answer
            if answer.wait is None or asyncio.get_running_loop().time() + answer.wait >= ends:
                raise _NotPerformed(self._not_accepted(http, answer, named))
            await asyncio.sleep(answer.wait)

    def _not_accepted(self, http: HttpRequest, answer: _Answer, named: str) -> str:
        told = f"{answer.status} {answer.phrase}".strip()
        where = f" to {self._shown(answer.location)}" if answer.location else ""
        later = "" if answer.wait is None else f" and asks to wait {answer.wait:g} s"
        why = f"{named} answered HTTP {told}{where}{later}, accepted is {http.taken}"
        return f"{why}: {self._shown(answer.body)}"

    async def _one_answer(self, http: HttpRequest, scope: Scope, named: str) -> _Answer:
        limit = self._entry.timeout
        try:
            # The limits of httpx are per read; a CSMS that drips its answer would pass them all.
            self._remember_credentials(http, scope)
            async with asyncio.timeout(limit):
                return await self._exchange(http, scope)
        except TimeoutError:
            raise _NotPerformed(f"no answer from {named} within {limit:g} s") from None
        except httpx.ConnectError as error:
            why = f"{named} was not reached ({self._shown(str(error))})"
            raise _NotPerformed(f"{why}; start the control API or correct the url") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise _NotPerformed(f"{named} failed ({type(error).__name__}: {self._shown(str(error))})") from None

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
            wait = _wait(response.headers.get("retry-after", "")) if response.status_code in _LATER else None
            return _Answer(response.status_code, excerpt(response.reason_phrase, 60), body, location, wait)

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


def _wait(retry_after: str) -> float | None:
    """Seconds to wait by a Retry-After header: a number of them, or an HTTP date; None where it says neither."""
    if retry_after.strip().isdecimal():
        return max(_LEAST_WAIT, float(retry_after))
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, IndexError, OverflowError):  # whatever it makes of a text that is no date
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(_LEAST_WAIT, (zoned - datetime.now(UTC)).total_seconds())


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
