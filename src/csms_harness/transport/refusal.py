"""Why no connection was had, as data. The sentence for people is made of it in ``sentences``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

PASSING_STATUSES: Final = frozenset({425, 429, 502, 503, 504})
"""HTTP answers of a server, or of a proxy before it, that is not ready just now (RFC 9110 15.6, RFC 6585 4)."""

Headers = tuple[tuple[str, str], ...]
"""Header fields of an HTTP answer in their order; a name may stand more than once."""


class RefusalKind(StrEnum):
    """How far an opening came, and what ended it there."""

    NAME_UNKNOWN = "name unknown"
    NAME_TIMEOUT = "name timeout"
    TCP_REFUSED = "tcp refused"
    TCP_FAILED = "tcp failed"
    TCP_TIMEOUT = "tcp timeout"
    TRUST_STORE = "trust store"
    CLIENT_CERTIFICATE = "client certificate"
    CIPHERS = "ciphers"
    CERTIFICATE = "certificate"
    CERTIFICATE_HOST = "certificate host"
    CERTIFICATE_EXPIRED = "certificate expired"
    CERTIFICATE_EARLY = "certificate early"
    CERTIFICATE_UNFIT = "certificate unfit"
    TLS_OLD = "tls old"
    TLS_SUITES = "tls suites"
    TLS_NAME = "tls name"
    CLIENT_CERTIFICATE_WANTED = "client certificate wanted"
    CLIENT_CERTIFICATE_REFUSED = "client certificate refused"
    TLS_FAILED = "tls failed"
    TLS_BROKEN_OFF = "tls broken off"
    TLS_TIMEOUT = "tls timeout"
    TLS_ABSENT = "tls absent"
    TLS_NEITHER = "tls neither"
    TLS_WANTED = "tls wanted"
    HTTP_STATUS = "http status"
    HTTP_REDIRECT = "http redirect"
    HTTP_PLAIN = "http plain"
    NOT_HTTP = "not http"
    NO_ANSWER = "no answer"
    ANSWER_TIMEOUT = "answer timeout"
    ANSWER_INCOMPLETE = "answer incomplete"
    HANDSHAKE_BROKEN = "handshake broken"
    SUBPROTOCOL = "subprotocol"
    EXTENSION = "extension"


PASSING: Final = frozenset(
    {
        RefusalKind.NAME_TIMEOUT,
        RefusalKind.TCP_REFUSED,
        RefusalKind.TCP_FAILED,
        RefusalKind.TCP_TIMEOUT,
        RefusalKind.TLS_BROKEN_OFF,
        RefusalKind.TLS_TIMEOUT,
        RefusalKind.NO_ANSWER,
        RefusalKind.ANSWER_TIMEOUT,
        RefusalKind.ANSWER_INCOMPLETE,
    }
)
"""Ways of failing that a restart of the Central System shows for a while."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the HTTP answer to a handshake said, as it came."""

    status: int
    reason: str = ""
    headers: Headers = ()
    body: str = ""

    def field(self, name: str) -> str:
        """The value of a header field; several of one name are joined with commas (RFC 9110 5.3)."""
        return _field(self.headers, name)

    @property
    def subprotocol(self) -> str | None:
        """What the answer names as subprotocol, whether it was offered or not."""
        return self.field("Sec-WebSocket-Protocol") or None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why no connection was had: the kind, one sentence with what to do, and what the HTTP answer said, if any.

    ``body`` is an excerpt. The password of the endpoint is in none of it; ``echoes``: it was in the answer.
    """

    kind: RefusalKind
    sentence: str
    http_status: int | None = None
    headers: Headers = ()
    body: str = ""
    echoes: bool = False

    @property
    def passing(self) -> bool:
        """Whether it may be otherwise in a moment: nobody is there yet, or the answer says that it is only busy."""
        return self.kind in PASSING or self.http_status in PASSING_STATUSES or self.retry_after is not None

    @property
    def retry_after(self) -> float | None:
        """The seconds after which the Central System wants to be asked again (RFC 9110 10.2.3), if it said so.

        A date counts from the ``Date`` of the answer, so no clock of ours is asked.
        """
        wanted = _field(self.headers, "Retry-After").strip()
        if wanted.isascii() and wanted.isdigit():
            return float(wanted[:9])
        until, told = _moment(wanted), _moment(_field(self.headers, "Date"))
        return None if until is None or told is None else max(0.0, (until - told).total_seconds())


def _field(headers: Headers, name: str) -> str:
    return ", ".join(value for key, value in headers if key.casefold() == name.casefold())


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


class Refused(Exception):
    """Carries a refusal up through the stages of opening a connection."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal
