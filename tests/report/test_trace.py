"""A case told while it runs: frames, steps and findings in their order, and no secret in them."""

from __future__ import annotations

from csms_harness.engine.notebook import Notebook
from csms_harness.evidence import Executed, Finding, Happening, Kind, Note, Role, What
from csms_harness.message import MessageType
from csms_harness.ocppj.breach import Breach
from csms_harness.report.trace import BROKEN, HELD, Trace
from csms_harness.verdict import Verdict
from tests.runner.runs import Frames


def told(notes: Notebook, **options: object) -> list[str]:
    lines: list[str] = []
    Trace(lines.append, **options).look("CP_01", notes, over=True)  # type: ignore[arg-type]
    return lines


def place(lines: list[str], text: str) -> int:
    return next(number for number, line in enumerate(lines) if text in line)


def test_each_frame_is_a_line_with_direction_name_and_raw_text() -> None:
    frames = Frames().ours("Authorize", {"idTag": "TAG-001"}, {"idTagInfo": {"status": "Accepted"}})
    request, answer = told(Notebook(entries=frames.entries))
    assert "CP → CS  Authorize.req" in request
    assert '[2, "cp-0", "Authorize", {"idTag": "TAG-001"}]' in request
    assert HELD not in request  # nobody judges what we send
    assert "CS → CP  Authorize.conf" in answer
    assert answer.endswith(HELD)


def test_a_frame_that_breaks_ocpp_says_which_rule() -> None:
    wrong = Breach("schema", "is required", path="idTagInfo")
    lines = told(Notebook(entries=Frames().ours("Authorize", {"idTag": "TAG-001"}, {}, wrong).entries))
    assert lines[1].endswith(BROKEN)
    assert f"{BROKEN} schema: idTagInfo: is required" in lines[2]


def test_a_step_stands_before_its_frames_and_what_it_checked_behind_them() -> None:
    notes = Notebook()
    lines: list[str] = []
    trace = Trace(lines.append).look
    entries = Frames().ours("Heartbeat", {}, {}).ours("Authorize", {"idTag": "TAG-001"}, {}).entries
    first, second = Executed("steps 1-2", "send", "Heartbeat"), Executed("steps 3-4", "send", "Authorize")
    notes.executed.append(first)
    notes.message(entries[0].message, Role.SCENARIO, "steps 1-2")  # type: ignore[arg-type]
    trace("CP_01", notes)
    first.checks = 2
    notes.message(entries[1].message, Role.SCENARIO, "steps 1-2")  # type: ignore[arg-type]
    notes.executed.append(second)
    notes.message(entries[2].message, Role.SCENARIO, "steps 3-4")  # type: ignore[arg-type]
    trace("CP_01", notes)
    second.outcome = "failed"
    notes.message(entries[3].message, Role.SCENARIO, "steps 3-4")  # type: ignore[arg-type]
    notes.findings.append(
        Finding(Kind.MISMATCH, Verdict.FAIL, "steps 3-4", What.WRONG_MEMBER, ("Authorize",), MessageType.CALLRESULT,
                path="idTagInfo.status", required="Accepted", observed="Invalid", frame=4)
    )  # fmt: skip
    trace("CP_01", notes, over=True)
    order = [
        "steps 1-2 Charge Point sends Heartbeat.req", "CP → CS  Heartbeat.req", "CS → CP  Heartbeat.conf",
        f"{HELD} steps 1-2: 2 checks held", "steps 3-4 Charge Point sends Authorize.req", "CP → CS  Authorize.req",
        "CS → CP  Authorize.conf", f"{BROKEN} FAIL: Authorize.conf: idTagInfo.status", f"{BROKEN} steps 3-4: failed",
    ]  # fmt: skip
    assert [place(lines, text) for text in order] == list(range(len(order)))
    assert "(required Accepted, observed Invalid)" in lines[7]


def test_what_crossed_before_a_case_is_not_told_twice_when_its_page_is_turned() -> None:
    lines: list[str] = []
    trace = Trace(lines.append)
    notes = Notebook(entries=Frames().theirs("Reset", {"type": "Soft"}).entries)
    trace.look("CP_01", notes)
    notes.turn_page()
    notes.note(Note(1.0, Happening.CONNECTED, text="ocpp1.6"), Role.SCENARIO, "")
    trace.look("CP_01", notes)
    assert len(lines) == 3
    assert "connected, subprotocol ocpp1.6" in lines[2]


def test_secrets_are_masked_those_that_frames_show_and_those_that_are_known() -> None:
    frames = Frames().theirs("ChangeConfiguration", {"key": "AuthorizationKey", "value": "0123456789abcdef"})
    frames.ours("DataTransfer", {"vendorId": "x", "data": "0123456789abcdef and hunter2-hunter2"}, {})
    lines = told(Notebook(entries=frames.entries), secrets=lambda: frozenset({"hunter2-hunter2"}))
    assert "0123456789abcdef" not in "\n".join(lines)
    assert "hunter2" not in "\n".join(lines)
    assert "•••" in lines[0]


def test_of_several_lanes_each_line_says_whose_it_is() -> None:
    lines = told(Notebook(entries=Frames().ours("Heartbeat", {}, {}).entries), named=True)
    assert all(line.startswith("CP_01  ") for line in lines)
