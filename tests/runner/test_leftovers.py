"""What a run leaves open is told, kept, and closed by the next one; all in virtual time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from csms_harness.charge_point.records import Standing
from csms_harness.engine.line import Line
from csms_harness.evidence import Left
from csms_harness.record.facts import LeftFact
from csms_harness.runner.leftovers import STATE, Notes, left_on, notes_folder, take_over
from csms_harness.verdict import Verdict
from tests.engine.play import a_case, a_line
from tests.runner.memory import Bench, on_a_bench
from tests.support.scripted_csms import EPOCH, ScriptedCsms

CHARGING = a_case("- state: Charging")
HEARTBEAT = a_case("- send: Heartbeat")
OPEN = LeftFact(charge_point="CP_01", what=Left.TRANSACTION, connector_id=1, number=1001, id_tag="TAG-001", since=EPOCH)
UNTIL = EPOCH + timedelta(hours=1)
RESERVED = LeftFact(charge_point="CP_01", what=Left.RESERVATION, connector_id=1, number=41, until=UNTIL)
INOPERATIVE = LeftFact(charge_point="CP_01", what=Left.INOPERATIVE, connector_id=2)


def notes(folder: Path, identity: str = "CP_01") -> Notes:
    return Notes(folder, "ws://127.0.0.1:9000/ocpp", identity)


def test_what_a_run_could_not_end_is_kept_with_its_case_and_ended_by_the_next_run(tmp_path: Path) -> None:
    async def first(bench: Bench) -> None:
        bench.lane.notes = notes(tmp_path)
        assert (await bench.lane.run(CHARGING)).verdict is Verdict.PASS

    async def second(bench: Bench) -> ScriptedCsms:
        bench.lane.notes = notes(tmp_path)
        (found,) = bench.lane.notes.read()
        assert (found.number, found.id_tag, found.connector_id, found.case) == (1001, "TAG-001", 1, CHARGING.id)
        bench.lane.take_over((found,))
        assert (await bench.lane.run(HEARTBEAT)).verdict is Verdict.PASS
        assert bench.lane.left() == ()
        return bench.central.csms

    on_a_bench(first, csms=ScriptedCsms(answers={"StopTransaction": lambda _csms, _request: None}))
    csms = on_a_bench(second, csms=ScriptedCsms())
    stops = [payload for action, payload in csms.seen if action == "StopTransaction"]
    assert [(stop["transactionId"], stop["idTag"]) for stop in stops] == [(1001, "TAG-001")]
    assert notes(tmp_path).read() == ()
    assert list(tmp_path.rglob("*.json")) == []


def test_a_run_that_is_killed_within_a_transaction_has_noted_it(tmp_path: Path) -> None:
    seen: list[tuple[LeftFact, ...]] = []

    def stopping(_csms: ScriptedCsms, _request: object) -> dict[str, object]:
        seen.append(notes(tmp_path).read())
        return {}

    async def work(bench: Bench) -> None:
        bench.lane.notes = notes(tmp_path)
        await bench.lane.run(CHARGING)

    on_a_bench(work, csms=ScriptedCsms(answers={"StopTransaction": stopping}))
    assert [one.number for one in seen[0]] == [1001]
    assert notes(tmp_path).read() == ()


def test_what_stands_comes_back_as_it_was() -> None:
    line = a_line()
    take_over(line, (OPEN, RESERVED, INOPERATIVE), EPOCH)
    assert left_on(line, EPOCH) == (OPEN, RESERVED, INOPERATIVE)
    assert line.charge_point.standing(EPOCH) == (Standing(1, 41), Standing(2))
    assert left_on(line, UNTIL) == (OPEN, INOPERATIVE)  # by then the reservation has expired


def test_a_connector_that_the_charge_point_has_no_longer_is_left_alone() -> None:
    line: Line = a_line(connectors=1)
    take_over(line, (INOPERATIVE,), EPOCH)
    assert left_on(line, EPOCH) == ()


def test_notes_belong_to_one_charge_point_at_one_url(tmp_path: Path) -> None:
    notes(tmp_path).write((OPEN, RESERVED, INOPERATIVE))
    assert notes(tmp_path).read() == (OPEN, RESERVED, INOPERATIVE)
    assert notes(tmp_path, "CP_02").read() == ()
    assert Notes(tmp_path, "ws://127.0.0.1:9001/ocpp", "CP_01").read() == ()


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"left": [{"what": "a dog"}]}', "\x00"])
def test_notes_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    notes(tmp_path).write((OPEN,))
    (file,) = tmp_path.rglob("*.json")
    file.write_text(text)
    assert notes(tmp_path).read() == ()


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "left").write_text("a file")
    notes(tmp_path).write((OPEN,))
    assert notes(tmp_path).read() == ()


def test_the_place_of_notes_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(STATE, str(tmp_path))
    assert notes_folder() == tmp_path
    monkeypatch.delenv(STATE)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert notes_folder() == tmp_path / "state" / "csms-harness"
