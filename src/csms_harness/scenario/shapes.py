"""The shape of a payload, as its OCPP schema describes it: members, types, choices, lengths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final, Literal

from csms_harness.ocpp16.payloads import Direction, schema
from csms_harness.ocpp16.vocabulary import ACTIONS
from csms_harness.ocppj.error_codes import ERROR_CODES, LATER_ERROR_CODES

ShapeKind = Literal["any", "object", "array", "string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at one place. ``name`` is how a person calls it: ``BootNotification.conf`` or ``idTag``.

    ``direction`` is that of a whole payload, and None for everything else.
    """

    name: str
    kind: ShapeKind = "any"
    members: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    item: Shape | None = None
    choices: tuple[str, ...] = ()
    longest: int | None = None
    is_moment: bool = False
    direction: Direction | None = None


ANYTHING: Final = Shape("value")
"""No schema says what may stand here."""

_TEXT: Final[ShapeKind] = "string"

CALL_ERROR: Final = Shape(
    "CALLERROR",
    "object",
    {
        "code": Shape("code", _TEXT, choices=(*sorted(ERROR_CODES), *sorted(LATER_ERROR_CODES))),
        "description": Shape("description", _TEXT, longest=255),
        "details": Shape("details"),
    },
    frozenset({"code"}),
)
"""A CALLERROR as an object (OCPP-J 1.6 section 4.2.3)."""

CERTIFICATE: Final = Shape(
    "certificate",
    "object",
    {
        "subject": Shape("subject", "object", {name: Shape(name, _TEXT) for name in ("CN", "O", "OU", "C")}),
        "issuer": Shape("issuer", "object", {name: Shape(name, _TEXT) for name in ("CN", "O", "OU", "C")}),
        "key": Shape("key", "object", {"algorithm": Shape("algorithm", _TEXT), "size": Shape("size", "integer")}),
        "serialNumber": Shape("serialNumber", _TEXT),
        "validFrom": Shape("validFrom", _TEXT, is_moment=True),
        "validUntil": Shape("validUntil", _TEXT, is_moment=True),
        "selfSigned": Shape("selfSigned", "boolean"),
    },
)
"""What a certificate says."""

HANDSHAKE: Final = Shape(
    "handshake",
    "object",
    {
        "status": Shape("status", "integer"),
        "subprotocol": Shape("subprotocol", _TEXT),
        "tls": Shape("tls", "object", {"version": Shape("version", _TEXT), "suite": Shape("suite", _TEXT)}),
        "certificate": CERTIFICATE,
    },
)
"""The answer of the Central System to the opening of the connection; over TLS, what that agreed on."""

TLS: Final = Shape(
    "TLS",
    "object",
    {
        "suites": Shape(
            "suites",
            "object",
            {
                name: Shape(name, _TEXT)
                for name in (
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_RSA_WITH_AES_256_GCM_SHA384",
                )
            },
        ),
        "versions": Shape(
            "versions", "object", {name: Shape(name, _TEXT) for name in ("TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3")}
        ),
        "shown": Shape("shown", "object", dict.fromkeys(("RSA", "ECDSA"), CERTIFICATE)),
    },
)
"""What a Central System speaks over TLS: each suite and version accepted or refused; its certificates by their keys."""

WEAK_TLS: Final = Shape(
    "TLS",
    "object",
    {
        "weak": Shape(
            "weak",
            "object",
            {
                name: Shape(name, _TEXT)
                for name in (
                    "unencrypted",
                    "anonymous",
                    "EXPORT",
                    "RC4",
                    "DES",
                    "TripleDES",
                    "compression",
                    "renegotiation",
                    "clientRenegotiation",
                )
            },
        )
    },
)
"""What a Central System takes over TLS that is weak: suites by what is weak in them, compression, renegotiation."""

REFUSAL: Final = Shape(
    "refusal",
    "object",
    {
        "upgraded": Shape("upgraded", "boolean"),
        "status": Shape("status", "integer"),
        "layer": Shape("layer", _TEXT),
        "echoes": Shape("echoes", "boolean"),
    },
    frozenset({"upgraded", "layer", "echoes"}),
)
"""How the Central System kept a Charge Point out: after the upgrade or before it, by which HTTP status, at which layer.

On the layer websocket the handshake is accepted, and the connection closed before anything is said. ``echoes``: the
answer says the password that was shown.
"""

_NAME: Final = Shape("name", "object", {name: Shape(name, _TEXT) for name in ("CN", "O", "OU", "C")})
_KEY: Final = Shape(
    "key",
    "object",
    {
        "algorithm": Shape("algorithm", _TEXT),
        "size": Shape("size", "integer"),
        "fingerprint": Shape("fingerprint", _TEXT),
    },
)
_SIGNATURE: Final = Shape("signature", "object", {"algorithm": Shape("algorithm", _TEXT), "hash": Shape("hash", _TEXT)})

CHAIN: Final = Shape(
    "certificates",
    "object",
    {
        "number": Shape("number", "integer"),
        "inOrder": Shape("inOrder", "boolean"),
        "leaf": Shape(
            "leaf",
            "object",
            {
                "subject": replace(_NAME, name="subject"),
                "issuer": replace(_NAME, name="issuer"),
                "key": _KEY,
                "signature": _SIGNATURE,
                "serialNumber": Shape("serialNumber", _TEXT),
                "validFrom": Shape("validFrom", _TEXT, is_moment=True),
                "validUntil": Shape("validUntil", _TEXT, is_moment=True),
                "selfSigned": Shape("selfSigned", "boolean"),
            },
        ),
    },
)
"""What a text of certificates in PEM says (``certificates.reading.chain_facts``)."""

MOMENT: Final = Shape("connection", "object", {"at": Shape("at", _TEXT, is_moment=True)}, frozenset({"at"}))
"""What opening or closing a connection leaves to save."""


@cache
def payload_shape(action: str, direction: Direction) -> Shape:
    """The shape of a ``.req`` or ``.conf``. Raises KeyError for an action that OCPP 1.6 does not know."""
    document = schema(action, direction)
    return replace(_shape(f"{action}.{direction}", document, document), direction=direction)


def payload_shapes() -> list[Shape]:
    """The shapes of all payloads of OCPP 1.6, by action."""
    return [payload_shape(action, direction) for action in sorted(ACTIONS) for direction in Direction]


def all_shapes(shape: Shape) -> Iterator[Shape]:
    """A shape and everything inside it."""
    yield shape
    for inner in (*shape.members.values(), *([shape.item] if shape.item else [])):
        yield from all_shapes(inner)


def _shape(name: str, node: Mapping[str, Any], root: Mapping[str, Any]) -> Shape:
    if "$ref" in node:
        return _shape(name, root["definitions"][node["$ref"].rpartition("/")[2]], root)
    kind: ShapeKind = node.get("type", "any")
    members = {key: _shape(key, child, root) for key, child in node.get("properties", {}).items()}
    item = _shape(name, node["items"], root) if "items" in node else None
    choices = tuple(node.get("enum", ()))
    is_moment = node.get("format") == "date-time"
    required = frozenset(node.get("required", ()))
    return Shape(name, kind, members, required, item, choices, node.get("maxLength"), is_moment)


def shape_at(shape: Shape, path: tuple[str, ...]) -> Shape | None:
    """The shape a path leads to (a number leads into an array), or None when the schema has no such member."""
    for part in path:
        if shape.kind == "any":
            return ANYTHING
        inner = shape.item if shape.kind == "array" and part.isdigit() else shape.members.get(part)
        if inner is None:
            return None
        shape = inner
    return shape


def member_paths(shape: Shape) -> Iterator[str]:
    """Every dotted path to a member, arrays left out."""
    for name, member in shape.members.items():
        yield name
        yield from (f"{name}.{path}" for path in member_paths(member))


def is_certain(shape: Shape, path: tuple[str, ...]) -> bool:
    """Whether the schema requires every member on the path, so that a valid payload has it."""
    for part in path:
        if part not in shape.required:
            return False
        shape = shape.members[part]
    return True


@cache
def moment_members() -> frozenset[str]:
    """The names of all members of OCPP 1.6 that hold a date-time."""
    shapes = (shape for root in payload_shapes() for shape in all_shapes(root))
    return frozenset(shape.name for shape in shapes if shape.is_moment)
