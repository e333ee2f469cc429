"""``connect`` and ``disconnect``: the connection to the Central System."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from csms_harness.documents.nodes import Node
from csms_harness.scenario.model import Connect, Credential, Disconnect, Password, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.payload_schema import matcher_schema, saved_schema
from csms_harness.scenario.reading import read_value
from csms_harness.scenario.schema_parts import TEXT, Schema, described, list_schema, object_schema
from csms_harness.scenario.shapes import HANDSHAKE, MOMENT, REFUSAL, Shape
from csms_harness.scenario.verbs.keys import EXPECT, EXPECT_REFUSAL, OBSERVE, SAVE, TOLERANT
from csms_harness.scenario.verbs.verb import Verb, Written

_HOW: Final[dict[str, Schema]] = {
    "security_profile": described(
        {"anyOf": [{"enum": [0, 1, 2, 3]}, TEXT]}, "The security profile to connect under; that of the case without it."
    ),
    "password": described({"enum": list(Password)}, "The password of Basic authentication that is shown."),
    "user": described({"enum": ["own", "other"]}, "The user name of Basic authentication that is shown."),
    "certificate": described({"enum": list(Credential)}, "The client certificate that is shown."),
    "plain": described({"type": "boolean"}, "Whether TLS is left out at an address that speaks it."),
    "compression": described({"type": "boolean"}, "Whether compression of messages is offered (RFC 7692)."),
    "identity": described({"enum": ["own", "unknown"]}, "The identity in the URL: its own, or one that nobody knows."),
    "slash": described({"type": "boolean"}, "Whether the URL ends in a slash."),
    "subprotocols": described(list_schema(TEXT), "The WebSocket subprotocols that are offered; ocpp1.6 without it."),
}
"""What one opening can do otherwise than the target says."""

_CHOICES: Final[dict[str, type[Password | Credential]]] = {"password": Password, "certificate": Credential}

BESIDE: Final = frozenset({"expect", "expect_refusal", "observe", "save", "tolerant"})
"""Keys that people may look for inside."""

AT_ONCE: Final = "at once"

_OPERAND: Final = {"anyOf": [{"enum": [None, "beside", AT_ONCE]}, object_schema(_HOW)]}


def _connect(step: Written) -> Step:
    how = step.operand
    if how.kind != "mapping" and (how.kind != "scalar" or how.value not in (None, "beside", AT_ONCE)):
        hint = "'expect' and 'save' stand beside it, in its column"
        step.wrong(
            how,
            f"'connect' must be empty, 'beside', 'at once' or a mapping such as {{password: none}}, not {how}",
            hint,
        )
    step.refuse_beside("expect_refusal", ("expect",))
    step.refuse_beside("tolerant", ("expect", "expect_refusal"))
    tolerant = step.flag("tolerant")
    refused = tolerant or step.at("expect_refusal") is not None
    return Connect(
        **step.common,
        **(_otherwise(step, how) if how.kind == "mapping" else {}),
        expect=step.matcher("expect", HANDSHAKE),
        refusal=step.matcher("expect_refusal", REFUSAL),
        observe=step.matcher("observe", REFUSAL if refused else HANDSHAKE),
        save=step.saved(MOMENT),
        beside=how.value == "beside",
        at_once=how.value == AT_ONCE,
        tolerant=tolerant,
    )


def _otherwise(step: Written, how: Node) -> dict[str, Any]:
    """What this opening does otherwise, as keyword arguments of a ``Connect``."""
    for name in BESIDE & how.keys.keys():
        step.wrong(how.keys[name], f"unknown key '{name}' in 'connect'", f"'{name}' stands beside it, in its column")
    found = step.reading.members(how, "'connect'", (*_HOW, *BESIDE))
    given: dict[str, Any] = {}
    for name, kind in _CHOICES.items():
        if name in found:
            chosen = step.reading.choice(found[name], f"'{name}'", list(kind))
            given[name] = kind(chosen) if chosen in list(kind) else kind("own")
    if "user" in found:
        given["other_user"] = step.reading.choice(found["user"], "'user'", ("own", "other")) == "other"
    for name in ("compression", "plain", "slash"):
        if name in found:
            if not isinstance(found[name].value, bool):
                step.wrong(found[name], f"'{name}' must be true or false, not {found[name]}")
            given[name] = found[name].value is True
    if "identity" in found:
        given["stranger"] = step.reading.choice(found["identity"], "'identity'", _HOW["identity"]["enum"]) == "unknown"
    if "subprotocols" in found:
        items = step.reading.items(found["subprotocols"], "'subprotocols'")
        given["subprotocols"] = tuple(step.reading.text(item, "subprotocols") for item in items)
    if "security_profile" in found:
        given["profile"] = read_value(step.reading, found["security_profile"], Shape("security_profile", "integer"))
    return given


def _connect_rows(step: Connect, page: Page) -> Iterator[Row]:
    how = "connects again; the former connection stays open" if step.beside else "connects"
    how = "connects again at once" if step.at_once else how
    left = (f"{page.label(step)}{how}", *_told_otherwise(step, page), *page.saved(step.save))
    refused = () if step.refusal is None else ("does not let the Charge Point in",)
    refused = ("lets the Charge Point in, or does not",) if step.tolerant else refused
    right = (
        *refused,
        *page.demands("expects", step.expect if step.refusal is None else step.refusal),
        *page.demands("observes", step.observe),
    )
    yield page.both(left, right)


_PASSWORDS: Final = {
    Password.NONE: "without a password",
    Password.WRONG: "with a wrong password",
    Password.FORMER: "with the former password",
    Password.EMPTY: "with an empty password",
    Password.SHORT: "with its password but for the last byte",
    Password.LONG: "with its password and one byte more",
    Password.CASE: "with its password in other letters, small for capital",
}
_CERTIFICATES: Final = {
    Credential.NONE: "without a client certificate",
    Credential.ANOTHER: "with the client certificate of another Charge Point",
    Credential.FORGED: "with a client certificate that was issued by nobody",
    Credential.EXPIRED: "with a client certificate that has expired",
    Credential.EARLY: "with a client certificate that is not valid yet",
}


def _told_otherwise(step: Connect, page: Page) -> Iterator[str]:
    if step.profile is not None:
        yield f"under security profile {page.text(step.profile)}"
    if step.password is not Password.OWN:
        yield _PASSWORDS[step.password]
    if step.other_user:
        yield "under another user name"
    if step.certificate is not Credential.OWN:
        yield _CERTIFICATES[step.certificate]
    if step.plain:
        yield "without TLS"
    if step.stranger:
        yield "under an identity that nobody knows"
    if step.slash:
        yield "with a slash at the end of the URL"
    if step.compression:
        yield "offers to compress messages"
    if step.subprotocols is not None:
        yield f"offers {', '.join(step.subprotocols) or 'no subprotocol'}"


def _disconnect(step: Written) -> Step:
    how = step.operand
    if how.kind != "scalar" or how.value not in (None, "drop", "former"):
        step.wrong(how, f"'disconnect' must be empty (in order), 'drop' or 'former', not {how}")
    return Disconnect(**step.common, drop=how.value == "drop", save=step.saved(MOMENT), former=how.value == "former")


def _disconnect_rows(step: Disconnect, page: Page) -> Iterator[Row]:
    how = "drops the connection" if step.drop else "closes the connection"
    how = "closes the former connection" if step.former else how
    yield page.left(f"{page.label(step)}{how}", *page.saved(step.save))


_OWN: Final = {
    "expect": matcher_schema(HANDSHAKE),
    "observe": {"anyOf": [matcher_schema(HANDSHAKE), matcher_schema(REFUSAL)]},
    "save": saved_schema(MOMENT),
}

CONNECT: Final = Verb(
    "connect",
    "Open a connection to the Central System; 'beside' leaves the open one as it is, 'at once' waits for no restart.",
    Connect,
    _OPERAND, _connect, _connect_rows,
    keys=(EXPECT, EXPECT_REFUSAL, TOLERANT, OBSERVE, SAVE), own=_OWN,
    is_check=lambda step: step.expect is not None or step.refusal is not None or step.tolerant,
)  # fmt: skip
DISCONNECT: Final = Verb(
    "disconnect", "Close the connection in order, or drop it; 'former' closes the one that was left open.", Disconnect,
    {"enum": [None, "drop", "former"]}, _disconnect, _disconnect_rows,
    keys=(SAVE,), own=_OWN,
)  # fmt: skip
