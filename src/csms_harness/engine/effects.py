"""What a running case wants done. The runner does it and reports back with events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from csms_harness.dialogue.outgoing import WHOLE, Framing
from csms_harness.frozen import dataclass
from csms_harness.scenario.model import Credential, Password


@dataclass(frozen=True, slots=True)
class SendFrame:
    """Write this text; answered by ``FrameSent`` with the same uniqueId, or by ``Lost``. ``framing``: in which frames.

    An ``answer`` is not written at once: a Charge Point takes a moment, in which a Central System has to wait.
    """

    text: str
    unique_id: str
    answer: bool = False
    framing: Framing = WHOLE


@dataclass(frozen=True, slots=True)
class SendControl:
    """Write a ping with this application data, or a ``pong``; each pong that comes is a ``PongReceived``."""

    data: str
    pong: bool = False


@dataclass(frozen=True, slots=True)
class OpenConnection:
    """Connect as this lane's Charge Point; answered by ``Connected`` or ``Refused``.

    What is None stays as the target has it: the security ``profile`` to connect under, the ``key`` that is the password
    by now (or, where that is wanted, the former one), the ``subprotocols`` to offer. ``password``, ``other_user`` and
    ``certificate`` say what is shown, ``plain``: TLS is left out where it is spoken. ``compression``: that of messages
    is offered (RFC 7692). ``stranger``: under an identity that nobody knows; ``slash``: the URL ends in one.
    ``beside``: the present connection is left open and not used again.
    """

    profile: int | None = None
    password: Password = Password.OWN
    key: bytes | None = field(default=None, repr=False)
    subprotocols: tuple[str, ...] | None = None
    other_user: bool = False
    certificate: Credential = Credential.OWN
    plain: bool = False
    compression: bool = False
    stranger: bool = False
    slash: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class MakeKey:
    """Make a key pair and a certificate request for it; answered by ``KeyMade``. The private key never comes here.

    ``algorithm`` is RSA or ECDSA; the request is for this common name (CN) and, unless empty, organization (O).
    """

    algorithm: str
    common_name: str
    organization: str


@dataclass(frozen=True, slots=True)
class ProbeTls:
    """Find out which TLS suites and versions are spoken under a security profile; answered by ``TlsProbed``.

    ``weak``: what of TLS is spoken that should not be.
    """

    profile: int | None = None
    weak: bool = False


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """Close in order, or ``drop`` without a closing handshake; answered by ``Lost`` with ``ours``.

    ``former``: close the connection that was left open beside the present one; answered by ``Parted``.
    """

    drop: bool = False
    former: bool = False


@dataclass(frozen=True, slots=True)
class RequestTrigger:
    """Make the Central System act; answered by ``TriggerFinished`` with the same ticket, always."""

    ticket: int
    action: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReleaseTrigger:
    """The CALL has come: a trigger that still asks a person may stop asking."""

    ticket: int
    action: str


@dataclass(frozen=True, slots=True)
class RequestProvision:
    """Have an idTag, chargePoint or password made in the Central System; answered by ``TriggerFinished``, always.

    Where the target does not say how, nobody is asked, and the answer is ``performed``: it is taken to exist.
    """

    ticket: int
    item: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Hold:
    """A person looks at the case step by step: ask for the next one; answered by ``GoOn``, always."""


Effect = (
    SendFrame
    | SendControl
    | OpenConnection
    | ProbeTls
    | MakeKey
    | CloseConnection
    | RequestTrigger
    | ReleaseTrigger
    | RequestProvision
    | Hold
)
