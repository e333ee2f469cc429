"""The journal: what was earned is on disk at every moment."""

from __future__ import annotations

import json
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csms_harness.engine.events import (
    Connected,
    Event,
    FrameReceived,
    FrameSent,
    GoOn,
    Interrupted,
    KeyMade,
    Lost,
    Parted,
    PongReceived,
    Refused,
    Stalled,
    TimePassed,
    TlsProbed,
    TriggerBegan,
    TriggerFinished,
)
from csms_harness.record.journal import NAME, Journal, Played, read_journal
from csms_harness.record.standins import StandIns


def test_a_line_is_on_disk_when_flush_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    with Journal(tmp_path / "run") as journal:
        journal.write("case", {"id": "TC_010_CSMS"})
        journal.flush()

        assert list(read_journal(tmp_path / "run")) == [("case", {"id": "TC_010_CSMS"})]
        assert len(synced) == 1


def test_lines_are_read_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        for number in range(5):
            journal.write("case", number)

    assert [fact for _, fact in read_journal(tmp_path)] == [0, 1, 2, 3, 4]


def test_a_megabyte_that_is_no_utf_8_is_not_held_again_in_the_escapes_of_its_line(tmp_path: Path) -> None:
    frames = [(b"\xff" * 1000).decode("utf-8", "surrogateescape") for _ in range(1000)]
    with Journal(tmp_path) as journal:
        tracemalloc.start()
        journal.write("case", frames)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert most < 4 * 2**20  # what is escaped takes 6 MB
    assert list(read_journal(tmp_path)) == [("case", frames)]


@pytest.mark.parametrize("cut", range(1, 40, 6))
def test_a_last_line_that_was_cut_off_is_passed_over(tmp_path: Path, cut: int) -> None:
    with Journal(tmp_path) as journal:
        journal.write("run", {"planned": 2})
        journal.write("case", {"id": "TC_010_CSMS", "x": "é\ud800"})
    path = tmp_path / NAME
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 1 - cut])

    assert list(read_journal(tmp_path)) == [("run", {"planned": 2})]


def test_any_foreign_string_is_written_as_one_line_of_ascii(tmp_path: Path) -> None:
    hostile = 'a\nb\r\u2028\x1b[2J\ud800"\\é'
    with Journal(tmp_path) as journal:
        journal.write("case", hostile)

    (line,) = (tmp_path / NAME).read_bytes().splitlines()
    assert line.isascii()
    assert json.loads(line)["fact"] == hostile
    assert list(read_journal(tmp_path)) == [("case", hostile)]


def test_lines_that_are_no_records_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'\n7\n[]\n{"kind": 1}\n\xff\xfe\n{"kind": "case", "fact": 1}\n')

    assert list(read_journal(tmp_path)) == [("case", 1)]


def test_a_new_run_begins_a_new_journal(tmp_path: Path) -> None:
    for number in range(2):
        with Journal(tmp_path) as journal:
            journal.write("case", number)

    assert list(read_journal(tmp_path)) == [("case", 1)]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with pytest.raises(OSError, match="file"):
        Journal(tmp_path / "file" / "run")
    with pytest.raises(FileNotFoundError):
        list(read_journal(tmp_path / "nowhere"))


# -- what the engine was fed --------------------------------------------------------------------------------

EVENTS: tuple[Event, ...] = (
    Connected(0.1 + 0.2, "ocpp1.6", 101),
    Connected(1 / 3),
    Refused(1e-9, "The Central System refused: 401.", "unauthorized", 401),
    Lost(2.5, "closed with code 1006", 1006, ours=True),
    Parted(2.75),
    Parted(2.76, ('[2,"1","ClearCache",{}]', "no JSON")),
    FrameReceived(123456.789012345, '[3,"1",{}]', 123456.789012346, "kernel"),
    FrameReceived(5.0, '{"x": "\ud800 \udcff é \x00"}'),
    FrameReceived(5.0, b"\xff\x00[2]", 5.1),
    FrameReceived(5.0, '[3,"1",{"x":"é"}]'.encode()),
    FrameSent(6.0, "cp-1"),
    PongReceived(6.05, "are you there", 3),
    TlsProbed(
        6.1, (("TLS_A", "accepted"),), (("TLSv1.2", "refused"),), (("TLSv1.2", "why"),), ("PEM",), "none", "kind"
    ),
    KeyMade(6.25, "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"),
    TriggerBegan(6.5, 1, "http", ("idTag", "csChargingProfiles.stackLevel")),
    TriggerFinished(7.0, 1, "failed", "HTTP 500", "http"),
    TriggerFinished(7.0, 1, "performed", "HTTP 200", "http", '{"success": false}', doubtful=True),
    TimePassed(8.0),
    Interrupted(9.0),
    GoOn(9.25),
    GoOn(9.25, to_the_end=True),
    Stalled(9.5, 1.5),
)


def played(*events: Event) -> Played:
    return Played(
        "TC_010_CSMS", "CP_01", 0.1 + 0.2, datetime(2026, 1, 31, 12, tzinfo=UTC),
        {"connector_id": 1, "charging_limit": 6.1}, {"action": 30.0, "responses": {"": 30.0}},
        before=[Lost(0.0, "gone")], events=list(events),
    )  # fmt: skip


def as_it_is(value: Any) -> Any:
    return value


def kept(folder: Path, what: Played) -> Played:
    """What comes back from the disk."""
    with Journal(folder) as journal:
        journal.write("played", what.as_json(as_it_is))
    ((_, fact),) = read_journal(folder)
    return Played.from_json(fact)


def test_every_kind_of_event_is_among_those_tried() -> None:
    assert {type(event) for event in EVENTS} == set(Event.__args__)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_what_the_engine_was_fed_comes_back_from_the_disk_as_it_was(tmp_path: Path, event: Event) -> None:
    assert kept(tmp_path, played(event)) == played(event)


@given(st.floats(allow_nan=False, allow_infinity=False), st.binary() | st.text(st.characters(codec=None)))
def test_no_digit_and_no_byte_is_lost_on_the_way(at: float, data: str | bytes) -> None:
    line = json.dumps(played(FrameReceived(at, data)).as_json(as_it_is))
    (event,) = Played.from_json(json.loads(line)).events

    assert event == FrameReceived(at, data)
    assert type(event.data) is type(data)


def test_a_secret_in_a_binary_message_is_replaced_like_one_in_a_text() -> None:
    frame = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"correct-horse"}]'
    stand_ins = StandIns()
    text, binary = FrameReceived(1.0, frame), FrameReceived(1.0, frame.encode())
    read = Played.from_json(played(text, binary).as_json(stand_ins.value))

    assert read.events == [
        FrameReceived(1.0, stand_ins.text(frame)),
        FrameReceived(1.0, stand_ins.text(frame).encode()),
    ]
    assert "correct-horse" not in json.dumps(played(text, binary).as_json(stand_ins.value))


@pytest.mark.parametrize(
    "fact",
    [{}, {"case": 1}, [], None, {**played().as_json(as_it_is), "events": [["Nothing", 1.0]]},
     {**played().as_json(as_it_is), "events": [["TimePassed"]]}, {**played().as_json(as_it_is), "began": "soon"}],
)  # fmt: skip
def test_what_is_no_record_of_a_case_is_refused(fact: Any) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        Played.from_json(fact)
