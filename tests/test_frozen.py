"""Records that only the type checker guards are otherwise those of the standard library."""

from __future__ import annotations

import dataclasses
import pickle
from dataclasses import replace

from csms_harness.engine.events import FrameReceived
from csms_harness.frozen import dataclass
from csms_harness.message import Message, MessageType, Side


@dataclass(frozen=True, slots=True)
class _Ours:
    at: float
    text: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class _Theirs:
    at: float
    text: str = ""


def test_a_record_has_slots_equality_hash_and_words_of_its_fields() -> None:
    one, other = _Ours(1.0, "a"), _Ours(1.0, text="a")
    assert one == other
    assert hash(one) == hash(other) == hash(_Theirs(1.0, "a"))
    assert one != replace(one, at=2.0)
    assert repr(one) == repr(_Theirs(1.0, "a")).replace("_Theirs", "_Ours")
    assert _Ours.__slots__ == _Theirs.__slots__
    assert _Ours.__match_args__ == _Theirs.__match_args__


def test_a_record_goes_through_pickle_as_it_is() -> None:
    event = FrameReceived(1.0, "[2]", 1.5, "kernel")
    assert pickle.loads(pickle.dumps(event)) == event


def test_what_a_frame_is_made_of_can_be_hashed_where_its_parts_can() -> None:
    assert len({FrameReceived(1.0, "[2]"), FrameReceived(1.0, "[2]")}) == 1
    assert Message(1.0, Side.CHARGE_POINT, MessageType.CALL) == Message(1.0, Side.CHARGE_POINT, MessageType.CALL)
