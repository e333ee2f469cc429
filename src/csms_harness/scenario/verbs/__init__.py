"""The verbs of the language, each declared once, in a module of its own: keys, reader, editor schema, English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from csms_harness.scenario.model import Step
from csms_harness.scenario.verbs.any_of import ANY_OF
from csms_harness.scenario.verbs.connection import CONNECT, DISCONNECT
from csms_harness.scenario.verbs.frame import FRAME
from csms_harness.scenario.verbs.keys import COMMON
from csms_harness.scenario.verbs.loops import FOR_EACH, REPEAT
from csms_harness.scenario.verbs.passive import ABSENT, WAIT
from csms_harness.scenario.verbs.ping import PING, PONG
from csms_harness.scenario.verbs.probing import PROBE_TLS
from csms_harness.scenario.verbs.receive import RECEIVE
from csms_harness.scenario.verbs.send import SEND
from csms_harness.scenario.verbs.spoil import SPOIL
from csms_harness.scenario.verbs.state import STATE
from csms_harness.scenario.verbs.verb import Key, Verb, Written

__all__ = ["COMMON", "KEYS", "VERBS", "Key", "Verb", "Written", "verb_of"]

VERBS: Final[Mapping[str, Verb]] = {
    verb.name: verb
    for verb in (
        SEND,
        SPOIL,
        FRAME,
        PING,
        PONG,
        RECEIVE,
        ABSENT,
        STATE,
        CONNECT,
        PROBE_TLS,
        DISCONNECT,
        WAIT,
        ANY_OF,
        FOR_EACH,
        REPEAT,
    )
}
"""Every verb by its name."""

KEYS: Final[Mapping[str, Key]] = {key.name: key for verb in VERBS.values() for key in (*verb.keys, *COMMON)}
"""Every key that may stand beside a verb, by its name."""

_BY_STEP: Final = {verb.step: verb for verb in VERBS.values()}


def verb_of(step: Step) -> Verb:
    """The verb of a step. Raises KeyError for a step that could not be read."""
    return _BY_STEP[type(step)]
