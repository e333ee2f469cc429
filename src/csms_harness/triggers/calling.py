"""Declared requests to the control API of a CSMS: filled in, sent, bounded, and told with secrets masked."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from csms_harness._version import __version__
from csms_harness.foreign import excerpt
from csms_harness.triggers.answers import Accept, as_json
from csms_harness.triggers.base import Failed
from csms_harness.triggers.keeping import kept
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.requests import Auth, HttpEntry, HttpRequest, PrepareStep
from csms_harness.triggers.shaping import renamed, without
from csms_harness.triggers.template import (
    MISSING,
    MissingName,
    Scope,
    as_text,
    as_texts,
    percent_encoded,
    render,
    render_text,
)
from csms_harness.triggers.waits import Waits

ANSWER_LIMIT = 2**20
"""Bytes of an answer that are read; a control API has nothing longer to say."""

AGAIN = 0.5
"""Seconds between two attempts where the entry says ``retry``."""

_LOOKED_AT = 4000
_LATER = (429, 503)
_LEAST_WAIT = 0.1
_CONFIDENTIAL = re.compile(r"token|secret|passw|session|cookie|auth|jwt|key|csrf|xsrf", re.IGNORECASE)


class NotPerformed(Exception):
    """A request did not do what it should.

    ``status`` is what it was answered with, or None; ``unreached`` the scheme, host and port where nothing was.
    """

    def __init__(self, told: str, status: int | None = None, unreached: str = "") -> None:
        super().__init__(told)
        self.status, self.unreached = status, unreached


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``wait`` is how many seconds it asks for before the next attempt.

    ``headers`` have names in lower case; ``set_cookies`` are those that were set.
    """

    status: int
    phrase: str
    body: bytes
    location: str
    wait: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    set_cookies: list[str] = field(default_factory=list)


def new_client() -> httpx.AsyncClient:
    """A client that follows no redirect and takes nothing from the environment, neither proxy nor netrc."""
    plain = {"User-Agent": f"csms-harness/{__version__}", "Accept-Encoding": "identity"}
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=None, headers=plain)  # noqa: S113 - each exchange is bounded


class Caller:
    """Sends the requests of one entry, each within ``timeout`` seconds."""

    def __init__(self, client: httpx.AsyncClient, secrets: Secrets, waits: Waits, timeout: float | None = None) -> None:
        self._client = client
        self._secrets = secrets
        self._waits = waits
        self._timeout = timeout

    async def step(self, step: PrepareStep, scope: Scope, ends: float, which: str) -> None:
        """Send one request and keep what it saves in the scope. Raises NotPerformed, LookupError."""
        answer = await self.answer_to(step, scope, ends, which)
        for name, how in step.save.items():
            value = kept(how, answer.body, answer.headers, answer.set_cookies, lambda text: render(text, scope))
            if value is MISSING:
                no_json = how.json_path is not None and as_json(answer.body) is MISSING
                without = "answered no JSON" if no_json else f"answered without {how}"
                raise NotPerformed(f"{which}{self.named(step, scope)} {without}: {self.shown(answer.body)}")
            scope.saved[name] = value
            if how.cookie or _CONFIDENTIAL.search(name) or _CONFIDENTIAL.search(str(how)):
                self._secrets.remember(as_text(value))

    async def answer_to(self, http: HttpRequest, scope: Scope, ends: float, which: str = "") -> Answer:
        """The accepted answer; a CSMS that asks to be asked again later is, as long as there is time for it."""
        named = f"{which}{self.named(http, scope)}"
        taken = http.taken.filled(lambda value: render(value, scope))
        loop = asyncio.get_running_loop()
        retry = http.retry if isinstance(http, HttpEntry) else None
        until = loop.time() + (0 if retry is None else retry.within)
        while True:
            answer = await self._one_answer(http, scope, named)
            if taken.holds(answer.status, answer.body, answer.headers):
                return answer
            unnoticed = retry is not None and answer.status in retry.status and loop.time() + AGAIN < min(until, ends)
            wait = AGAIN if unnoticed else answer.wait
            if wait is None or loop.time() + wait >= ends:
                raise NotPerformed(self._not_accepted(taken, answer, named), answer.status)
            self._waits.note(f"{http.method} {http.url}", answer.status, wait)
            await asyncio.sleep(wait)

    def _not_accepted(self, taken: Accept, answer: Answer, named: str) -> str:
        told = f"{answer.status} {answer.phrase}".strip()
        where = f" to {self.shown(answer.location)}" if answer.location else ""
        later = "" if answer.wait is None else f" and asks to wait {answer.wait:g} s"
        why = f"{named} answered HTTP {told}{where}{later}, accepted is {taken}"
        return f"{why}: {self.shown(answer.body)}"

    async def options(self, http: HttpRequest, scope: Scope) -> Answer:
        """What the address of a request says to OPTIONS. Raises NotPerformed, LookupError."""
        bare = http.model_copy(update={"method": "OPTIONS", "json_body": None, "form": None})
        return await self._one_answer(bare, scope, self.named(bare, scope))

    async def _one_answer(self, http: HttpRequest, scope: Scope, named: str) -> Answer:
        limit = self._timeout
        try:
            # The limits of httpx are per read; a CSMS that drips its answer would pass them all.
            self._remember_credentials(http, scope)
            async with asyncio.timeout(limit):
                return await self._exchange(http, scope)
        except TimeoutError:
            raise NotPerformed(f"no answer from {named} within {limit:g} s") from None
        except httpx.ConnectError as error:
            why = f"{named} was not reached ({self.shown(str(error))})"
            told = f"{why}; start the control API or correct the url"
            raise NotPerformed(told, unreached=origin(error.request.url)) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            why = self.shown(str(error)) if str(error) else "the connection broke off"
            raise NotPerformed(f"{named} failed ({type(error).__name__}: {why})") from None

    def _remember_credentials(self, http: HttpRequest, scope: Scope) -> None:
        """A user and a password in the URL travel as one text in Basic authentication (RFC 7617)."""
        address = httpx.URL(render_text(http.url, scope, percent_encoded))
        if address.password:
            self._secrets.remember(address.password)
            self._secrets.remember(f"{address.username}:{address.password}")

    async def _exchange(self, http: HttpRequest, scope: Scope) -> Answer:
        stream = self._client.stream(
            http.method,
            render_text(http.url, scope, percent_encoded),
            headers=_texts(http.headers, scope) | self._credentials(http.auth, scope),
            params=_parameters(render(http.params, scope)) or None,
            **_body(http, scope),
        )
        async with stream as response:
            encoding = response.headers.get("content-encoding", "identity")
            if encoding.strip().casefold() not in ("", "identity"):  # nobody asked for it, and it may be a bomb
                raise ValueError(f"Content-Encoding {encoding} was not asked for")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                await asyncio.sleep(0)  # a client that has enough to parse never waits, and others want their turn
                if len(body) > ANSWER_LIMIT:
                    break
            location = response.headers.get("location", "") if response.is_redirect else ""
            wait = _wait(response.headers.get("retry-after", "")) if response.status_code in _LATER else None
            headers = response.headers
            return Answer(
                response.status_code,
                excerpt(response.reason_phrase, 60),
                bytes(body),
                location,
                wait,
                {name.lower(): value for name, value in headers.items()},
                headers.get_list("set-cookie"),
            )

    def _credentials(self, auth: Auth | None, scope: Scope) -> dict[str, str]:
        if auth is None:
            return {}
        if auth.bearer is not None:
            return {"Authorization": f"Bearer {self._secrets.remember(render_text(auth.bearer, scope))}"}
        assert auth.basic is not None
        password = self._secrets.remember(render_text(auth.basic.password, scope))
        pair = self._secrets.remember(f"{render_text(auth.basic.user, scope)}:{password}")
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    def shown(self, foreign: str | bytes) -> str:
        """The begin of a foreign text, without secrets."""
        # Masked before it is cut, or part of a secret could be left at the cut.
        text = foreign if isinstance(foreign, str) else foreign[:_LOOKED_AT].decode(errors="replace")
        return excerpt(self._secrets.mask(text)) or "(empty)"

    def named(self, http: HttpRequest, scope: Scope) -> str:
        """Method and address, as far as they are known."""
        try:
            url = render_text(http.url, scope, percent_encoded)
        except LookupError:
            url = http.url
        return f"{http.method} {url}"


def failure(error: NotPerformed | LookupError) -> Failed:
    """What became of a wish whose request came to nothing."""
    reason = str(error.args[0] if error.args else error)
    return Failed(reason, error.status, error.unreached) if isinstance(error, NotPerformed) else Failed(reason)


def origin(address: httpx.URL) -> str:
    """Scheme, host and port: who is asked, and no secret."""
    port = f":{address.port}" if address.port else ""
    return f"{address.scheme}://{address.host}{port}"


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
        return {"data": _parameters(_shaped(http, render(http.form, scope)))}
    if http.json_body is None:
        return {}
    content = render(http.json_body, scope)
    if content is MISSING:
        raise MissingName(f"{http.json_body} is needed as body, and {scope.request.action} has no such field here")
    return {"json": _shaped(http, content)}


def _shaped(http: HttpRequest, content: Any) -> Any:
    content = without(content, http.omit)
    return content if http.rename is None else renamed(content, http.rename)


def _parameters(members: dict[str, Any]) -> dict[str, str | list[str]]:
    """Those of a query or a form; what has several values stands there several times."""
    return {name: as_texts(value) for name, value in members.items()}


def _texts(members: dict[str, Any], scope: Scope) -> dict[str, str]:
    return {name: as_text(value) for name, value in render(members, scope).items()}
