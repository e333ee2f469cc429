"""Why an opening failed. Many a peer says little or nothing of it, so it is asked again in other ways."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from typing import Final

from websockets.exceptions import InvalidHandshake, InvalidMessage, NegotiationError
from websockets.http11 import Response

from csms_harness.transport import tls
from csms_harness.transport.certifying import detail_of, kind_of, own_certificate
from csms_harness.transport.clock import now, utc_now
from csms_harness.transport.endpoint import Endpoint
from csms_harness.transport.examining import Seen, look, old_version
from csms_harness.transport.greeting import chosen, name_of, unusual
from csms_harness.transport.hints import Hint
from csms_harness.transport.refusal import Answer, RefusalKind, Refused
from csms_harness.transport.sentences import refuse, refuse_status

_BAD_REQUEST: Final = 400
_TLS_RECORDS: Final = (b"\x15\x03", b"\x16\x03")  # how an alert and a handshake begin
_STATUS_LINE: Final = re.compile(rb"HTTP/[\d.]+ ([4-9]\d\d)(?: ([^\r\n]*))?\r?\n")


def status_of(heard: bytes) -> Answer | None:
    """The refusal that the first line of an answer tells, if it is one."""
    found = _STATUS_LINE.match(heard)
    return None if found is None else Answer(int(found[1]), (found[2] or b"").decode("latin-1"))


def answer_of(response: Response) -> Answer:
    """What the library's record of an HTTP answer says."""
    body = (response.body or b"").decode(errors="replace")
    return Answer(response.status_code, response.reason_phrase or "", tuple(response.headers.raw_items()), body)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of a failed opening: with which TLS it was tried, what was heard, and how far it came.

    ``answer`` is the HTTP answer, where it could be read; ``in_http``: what failed came after name, TCP and TLS.
    Every question ends before ``deadline``, in monotonic seconds.
    """

    endpoint: Endpoint
    context: ssl.SSLContext | None
    deadline: float
    heard: bytes
    answer: Answer | None
    in_http: bool

    @property
    def _limit(self) -> float:
        """Seconds for one question: half of what is left, or it could be what lets the attempt run out of time."""
        return min(tls.PROBE_LIMIT, max(0.0, self.deadline - now()) / 2)

    async def said_no(self, answer: Answer) -> Refused:
        """The reason behind an HTTP answer that is not 101. Many a server answers 400 where TLS was left out."""
        bad = self.context is None and answer.status == _BAD_REQUEST
        wanted = bad and await tls.speaks_tls(self.endpoint.host, self.endpoint.port, self._limit)
        return refuse_status(self.endpoint, answer, (Hint.SPEAKS_TLS,) if wanted else ())

    async def not_accepted(self, error: InvalidHandshake) -> Refused:
        """The reason behind an answer that is no accepted WebSocket handshake."""
        if isinstance(error, InvalidMessage) and not self.heard.startswith(b"HTTP/"):
            return await self._no_http()
        answer = self.answer
        extensions = "" if answer is None else answer.field("Sec-WebSocket-Extensions")
        if extensions and isinstance(error, NegotiationError):  # nothing else is negotiated by the library here
            return refuse(RefusalKind.EXTENSION, self.endpoint, extensions, answer)
        status = status_of(self.heard) if answer is None else None
        if status is not None:  # what follows the first line could not be read, and is not what matters
            return refuse(RefusalKind.HTTP_STATUS, self.endpoint, answer=status)
        return refuse(RefusalKind.HANDSHAKE_BROKEN, self.endpoint, _why(error), answer)

    async def _no_http(self) -> Refused:
        if self.heard[:2] in _TLS_RECORDS and self.context is None:
            return refuse(RefusalKind.TLS_WANTED, self.endpoint)
        if self.heard:
            return refuse(RefusalKind.NOT_HTTP, self.endpoint, self.heard.decode("latin-1"))
        if self.context is None:
            wanted = await tls.speaks_tls(self.endpoint.host, self.endpoint.port, self._limit)
            return refuse(RefusalKind.TLS_WANTED if wanted else RefusalKind.NO_ANSWER, self.endpoint)
        # Under TLS 1.3 the client believes in the handshake before its certificate is judged.
        alert = await tls.alert_of(self.endpoint, self.context, self._limit)
        if alert:
            return await self.no_tls(alert)
        seen = await look(self.endpoint, self._limit)
        return self._about_own(seen, "closed without a word") or refuse(RefusalKind.NO_ANSWER, self.endpoint)

    async def cut(self, error: OSError) -> Refused:
        """The reason behind a connection that broke without a word."""
        if self.context is None or self.in_http:
            return await self._no_http()
        if await tls.speaks_http(self.endpoint.host, self.endpoint.port, self._limit):
            return refuse(RefusalKind.TLS_ABSENT, self.endpoint)
        alert = await tls.alert_of(self.endpoint, self.context, self._limit)
        if alert is not None:
            return await self.no_tls(alert)
        if isinstance(error, ConnectionAbortedError):  # what asyncio makes of a handshake that takes too long
            return refuse(RefusalKind.TLS_TIMEOUT, self.endpoint)
        return await self._broken_off(error.strerror or "closed without a word")

    async def _broken_off(self, detail: str, otherwise: RefusalKind = RefusalKind.TLS_BROKEN_OFF) -> Refused:
        """A handshake that failed. Many a server says little or nothing of why, and a second look tells more."""
        seen = await look(self.endpoint, self._limit)
        about = self._about_own(seen, detail)
        if about is not None:
            return about
        if seen.shook:
            return refuse(otherwise, self.endpoint, detail)
        old = await old_version(self.endpoint, self._limit)
        if old:
            return refuse(RefusalKind.TLS_OLD, self.endpoint, old)
        return await self._greeted(detail) or refuse(otherwise, self.endpoint, detail)

    async def _greeted(self, detail: str) -> Refused | None:
        """A refusal because of the suites or the name that were offered, where others would be answered."""
        offered = tls.offered_numbers(self.endpoint)
        if await chosen(self.endpoint, offered, self._limit) is not None:
            return None
        spoken = await chosen(self.endpoint, unusual(offered), self._limit)
        if spoken is not None:
            return refuse(RefusalKind.TLS_SUITES, self.endpoint, f"{detail}; it would speak {name_of(spoken)}")
        if await chosen(self.endpoint, offered, self._limit, named=False) is not None:
            return refuse(RefusalKind.TLS_NAME, self.endpoint, detail)
        return None

    def _about_own(self, seen: Seen, detail: str) -> Refused | None:
        """A refusal because of the client certificate, where the Central System asked for one."""
        if not seen.asked:
            return None
        own = self.endpoint.client_certificate
        if own is None:
            return refuse(RefusalKind.CLIENT_CERTIFICATE_WANTED, self.endpoint, detail)
        told = "; ".join(part for part in (detail, own_certificate(own)) if part)
        return refuse(RefusalKind.CLIENT_CERTIFICATE_REFUSED, self.endpoint, told)

    async def no_tls(self, error: ssl.SSLError) -> Refused:
        """The reason behind a failed TLS handshake."""
        if isinstance(error, ssl.SSLCertVerificationError):
            seen = await look(self.endpoint, self._limit)
            message, code = error.verify_message.removesuffix(". "), error.verify_code
            detail = detail_of(code, message, seen.chain, utc_now())
            return refuse(kind_of(code, seen.chain), self.endpoint, detail, verify_code=code)
        if tls.speaks_plain_text(error):
            http = await tls.speaks_http(self.endpoint.host, self.endpoint.port, self._limit)
            return refuse(RefusalKind.TLS_ABSENT if http else RefusalKind.TLS_NEITHER, self.endpoint)
        return await self._broken_off(tls.reason_of(error), RefusalKind.TLS_FAILED)


def _why(error: InvalidHandshake) -> str:
    """What is wrong with an answer, in the words of whoever read it."""
    return str(error.__cause__ or "") or str(error) if isinstance(error, InvalidMessage) else str(error)
