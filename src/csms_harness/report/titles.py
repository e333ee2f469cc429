"""How things are called in prose: wire rules, messages, steps, what stands beside messages, what a case left."""

from __future__ import annotations

from typing import Final

from csms_harness.evidence import Cause, Executed, Happening, Left, Note
from csms_harness.message import Message, MessageType
from csms_harness.ocpp16.vocabulary import ACTIONS

RULES: Final = {
    "json": "JSON (RFC 8259, UTF-8)",
    "frame": "the OCPP-J message form (OCPP-J 1.6 section 4.2)",
    "unique_id": "the uniqueId rules (OCPP-J 1.6 section 4.1.4)",
    "correlation": "the correlation of CALL and answer (OCPP-J 1.6 section 4.1)",
    "one_call": "one CALL at a time (OCPP-J 1.6 section 4.1.1)",
    "error_code": "the CALLERROR codes (OCPP-J 1.6 section 4.2.3)",
    "schema": "the OCPP 1.6 JSON schema",
    "datetime": "the date-time form with zone (OCPP 1.6 section 3.14)",
}
"""The standing wire rules by name, as the middle of a sentence."""


def message_title(kind: str, action: str) -> str:
    """How a message is named in prose: ``Authorize.req``, ``Authorize.conf``, ``CALLERROR to Authorize.req``."""
    match kind:
        case MessageType.CALL:
            return f"{action}.req"
        case MessageType.CALLRESULT:
            return f"{action}.conf" if action else "CALLRESULT"
        case MessageType.CALLERROR:
            return f"CALLERROR to {action}.req" if action else "CALLERROR"
        case MessageType.UNREADABLE:
            return "unreadable frame"
    return f"the {kind}"


def title_of(message: Message) -> str:
    """How a message of a transcript is named; a CALLERROR by its code."""
    if message.type is MessageType.CALLERROR:
        return f"CALLERROR {message.code}".rstrip()
    return message_title(message.type, message.action)


_STEPS: Final = {
    "send": "Charge Point sends {subject}.req{detail}",
    "spoil": "Charge Point sends {subject}.req, wrong in every way",
    "frame": "Charge Point sends a {subject} frame as it stands",
    "ping": "Charge Point sends a ping",
    "pong": "Charge Point sends a pong that nobody asked for",
    "receive": "Central System sends {subject}.req",
    "absent": "no {subject}.req comes",
    "state": "reusable state {subject}",
    "connect": "Charge Point connects",
    "probe": "Charge Point tries each TLS suite and version in a handshake of its own",
    "beside": "Charge Point connects again and leaves the former connection open",
    "at once": "Charge Point connects again at once",
    "former": "Charge Point closes the former connection",
    "disconnect": "Charge Point closes the connection",
    "drop": "the connection is lost",
    "wait": "time passes: {subject}",
}


def step_title(step: Executed) -> str:
    """One line of what a step does."""
    verb = step.subject if step.verb in ("connect", "disconnect") and step.subject else step.verb
    return _STEPS[verb].format(subject=step.subject, detail=f" ({step.detail})" if step.detail else "")


def note_text(note: Note) -> str:
    """What stands in a transcript beside messages."""
    match note.what:
        case Happening.CONNECTED:
            return f"connected, subprotocol {note.text or None}"
        case Happening.ASKED:
            return f"asked for {_wish(note)}"
        case Happening.TRIGGER:
            return f"{note.item}: {note.outcome}" + (f", {note.text}" if note.text else "")
        case Happening.PING | Happening.PONG | Happening.UNASKED_PONG:
            return _control_text(note)
    return note.text


def _control_text(note: Note) -> str:
    """A control frame of the WebSocket, with its application data."""
    sender = "Central System" if note.what is Happening.PONG else "Charge Point"
    kind = "ping" if note.what is Happening.PING else "pong"
    asked = " that nobody asked for" if note.what is Happening.UNASKED_PONG else ""
    pings = note.fields.get("pings")
    own = "" if pings is None else f"; it has sent {pings} {'ping' if pings == 1 else 'pings'} of its own"
    return f"{kind} of the {sender}{asked}, application data {note.text or 'none'}{own}"


def _wish(note: Note) -> str:
    wish = f"{note.item}.req" if note.item in ACTIONS else f"the {note.item}"
    fields = ", ".join(f"{name} {value}" for name, value in note.fields.items())
    return f"{wish} ({fields})" if fields else wish


def left_text(cause: Cause) -> str:
    """What a case left, by its number, its connector and who took it."""
    where = "the Charge Point" if cause.connector_id == 0 else f"connector {cause.connector_id}"
    by = " on ".join(part for part in (cause.case or "an earlier run", cause.lane) if part)
    match cause.what:
        case Left.PASSWORD:
            return f"the new password of the Charge Point ({by}), which the target file does not have"
        case Left.SECURITY_PROFILE:
            return f"security profile {cause.number} of the Charge Point ({by})"
        case Left.INOPERATIVE:
            return f"the Inoperative of {where} ({by})"
        case Left.RESERVATION:
            return f"reservation {cause.number} of {where} ({by})"
    return f"{cause.id_tag}'s transaction {cause.number} on {where} ({by})"
