"""The steps of a scenario, once they have been read: one record to each verb of the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from csms_harness.documents.location import Location
from csms_harness.scenario.matchers import Matcher
from csms_harness.scenario.values import Reference, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every step may carry: the document's own step ``numbers``, and a stage direction."""

    where: Location
    numbers: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Step):
    """The Charge Point sends a CALL and waits for its answer.

    Besides what is written, every ``send`` demands a CALLRESULT with our uniqueId, valid against its schema,
    within the response deadline (a CALLERROR instead, when ``expect_error`` is given; it matches the object
    ``{code, description, details}``). ``save`` maps a new name to a dotted path in the answer.

    With ``raw`` the payload is sent as it stands, right or wrong, and the action may be any text; in what is
    ``tolerant`` nothing is judged, and even silence will do.

    The message goes out in so many WebSocket ``fragments``; ``pinged`` is the application data of a ping that follows
    the first of them, whose pong must come. ``checks`` counts what its answer has to meet, that there is one among it.
    """

    action: str
    payload: Mapping[str, Value] = field(default_factory=dict)
    expect: Matcher | None = None
    expect_error: Matcher | None = None
    observe: Matcher | None = None
    save: Mapping[str, str] = field(default_factory=dict)
    within: Value | None = None
    raw: Mapping[str, Value] | None = None
    tolerant: bool = False
    fragments: int = 1
    pinged: str | None = None
    checks: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoil(Step):
    """The Charge Point sends a message wrong in every way that its schema knows, and a right one after each.

    ``payload`` is the right message; only what it holds is spoilt. Each answer is judged by what was wrong.
    """

    action: str
    payload: Mapping[str, Value] = field(default_factory=dict)
    within: Value | None = None


class Reaction(StrEnum):
    """What a Central System can make of a frame. ``REFUSED`` is a CALLERROR, with the uniqueId or with another.

    ``MISNAMED`` is a CALLRESULT with another, to what is a CALL: no scenario can accept that.
    """

    ANSWERED = "answered"
    REFUSED = "refused"
    IGNORED = "ignored"
    CLOSED = "closed"
    MISNAMED = "answered under another uniqueId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Step):
    """The Charge Point sends a text as it stands, as a text frame or a ``binary`` one, and waits for what comes of it.

    ``$id`` in it is the uniqueId, ``$id37`` one of 37 characters, ``$deep.100`` lists in lists of 100 levels. After
    ``within`` (2 s) without any reaction it was ignored. A connection that was closed is opened again.
    """

    text: str
    accept: tuple[Reaction, ...] = ()
    binary: bool = False
    within: Value | None = None


MOST_FRAGMENTS: Final = 1000
"""In so many fragments a message goes out at most."""

PING: Final = "ping"
"""What may stand among the CALLs under ``meanwhile``, and is none."""

WISHES: Final = frozenset({"ClearCache", "GetConfiguration", "GetLocalListVersion"})
"""CALLs of the Central System that may stand there: wishes that need no fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Step):
    """The Charge Point sends a WebSocket ping; a pong with the same application data must come (RFC 6455 5.5.2).

    Without ``within`` it may take as long as the answer to a CALL.
    """

    data: str = ""
    within: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong(Step):
    """The Charge Point sends a pong that nobody asked for; nothing is to come of it (RFC 6455 5.5.3)."""

    data: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive(Step):
    """The Central System sends a CALL; the Charge Point answers.

    ``trigger`` is None (the CALL comes by itself) or the fields the Central System is asked to send.
    ``expect`` holds what stands under ``if``, ``then`` and ``else`` too, ``octt`` what the official tool wants besides.
    ``reply`` is a mapping of values, or the Reference ``$answer``: what this Charge Point would answer anyway.
    ``reply_error`` is ``{code, description, details}``. ``meanwhile`` are CALLs that the Charge Point sends, and has
    answered, before it answers; ``ping`` among them is a ping, and what only a Central System sends is wanted of it
    then, for the next step that receives it. A ``silent`` Charge Point does not answer at all. An ``optional`` one is
    not waited for: it is welcome until the next ``receive`` that is not optional has come.
    """

    action: str
    trigger: Mapping[str, Value] | None = None
    match: Matcher | None = None  # the YAML key ``where``
    expect: Matcher | None = None
    observe: Matcher | None = None
    octt: Matcher | None = None
    reply: Mapping[str, Value] | Reference | None = None
    reply_error: Mapping[str, Value] | None = None
    save: Mapping[str, str] = field(default_factory=dict)
    within: Value | None = None
    optional: bool = False
    meanwhile: tuple[str, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent(Step):
    """The action must not arrive during this time."""

    action: str
    during: Value
    match: Matcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState(Step):
    """Run a reusable state; ``arguments`` replace its parameters' defaults."""

    name: str
    arguments: Mapping[str, Value] = field(default_factory=dict)


class Password(StrEnum):
    """Which password is shown.

    Beside the own one, none and another: the one before the last change, an empty one, and the own one without its last
    byte, with one byte more, or with its small letters as capitals and its capitals as small letters.
    """

    OWN = "own"
    NONE = "none"
    WRONG = "wrong"
    FORMER = "former"
    EMPTY = "empty"
    SHORT = "short"
    LONG = "long"
    CASE = "case"


class Credential(StrEnum):
    """Which client certificate is shown.

    Beside the own one and none: that of another Charge Point, one that says the same as the own one and was issued by
    nobody, one that has expired, and one that is not valid yet.
    """

    OWN = "own"
    NONE = "none"
    ANOTHER = "another"
    FORGED = "forged"
    EXPIRED = "expired"
    EARLY = "early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(Step):
    """Open a connection. ``expect`` matches ``{status, subprotocol}``; ``save`` knows the path ``at`` (an instant).

    ``beside``: the connection that is open stays so, as after a loss that nobody was told of (half open); from now on
    the Charge Point uses the new one alone. ``at_once``: without the time that a restart takes.

    ``password`` and ``certificate`` are what is shown, ``other_user``: under another user name than its own;
    ``subprotocols`` are what is offered, ``profile`` is the security profile to connect under, ``plain``: without TLS
    at its address; ``stranger``: under an identity that nobody knows; ``slash``: the URL ends in one. With ``refusal``
    the Central System must not let the Charge Point in; it matches ``{upgraded, status, layer, echoes}``, and so does
    ``observe`` then. ``tolerant``: it may let it in or not; a connection is closed again.
    """

    beside: bool = False
    at_once: bool = False
    profile: Value | None = None
    password: Password = Password.OWN
    other_user: bool = False
    certificate: Credential = Credential.OWN
    plain: bool = False
    compression: bool = False
    stranger: bool = False
    slash: bool = False
    tolerant: bool = False
    subprotocols: tuple[str, ...] | None = None
    expect: Matcher | None = None
    refusal: Matcher | None = None
    observe: Matcher | None = None
    save: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Step):
    """Try each TLS suite of the security whitepaper, and each version, in a handshake of its own; or weak ones."""

    weak: bool = False
    expect: Matcher | None = None
    observe: Matcher | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect(Step):
    """Close the connection in order, or drop it like a power failure (``disconnect: drop``).

    ``former``: end the one that was left open beside the present one, which stays.
    """

    drop: bool = False
    former: bool = False
    save: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Step):
    """Let time pass, for a reason the protocol gives; never longer than ``at_most``."""

    duration: Value
    because: str
    at_most: Value | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of an ``any_of``."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Step):
    """The first branch whose first message arrives is taken; one that begins with our own action is the otherwise."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForEach(Step):
    """The steps once for each value of a list, which ``name`` holds."""

    name: str
    values: Value
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Step):
    """The steps ``times`` times, each time after ``every`` (in seconds when a number), shortened to ``at_most``."""

    times: Value
    steps: tuple[Step, ...]
    every: Value | None = None
    at_most: Value | None = None
