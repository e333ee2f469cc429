"""Logs of real programs, judged: their frames found, sorted by side and Charge Point, and held against OCPP.

``data`` holds what the package ocpp (two Charge Points; one on which dates lack a zone and transaction ids repeat), the
npm package ocpp-rpc, and this harness itself wrote: a transcript, and what its proxy recorded. The other shapes are
those frames as other programs lay them out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from csms_harness.message import Side
from csms_harness.record.facts import Facts
from csms_harness.report.certificate import certificate_html
from csms_harness.report.telling import told
from csms_harness.traffic.facts import judge
from csms_harness.traffic.reading import NoTraffic, read_recording
from csms_harness.traffic.sorting import sort_out
from csms_harness.verdict import Verdict
from tests.runner.peer import library

DATA = Path(__file__).with_name("data")
GOOD = DATA / "mobilityhouse.log"


def judged(path: Path) -> Facts:
    return told(judge(path, library()))


def broken(facts: Facts) -> set[str]:
    return {rule.id for rule in facts.rules if rule.verdict is Verdict.FAIL}


def kinds(facts: Facts) -> set[str]:
    """Of which kind the breaches of frames are."""
    messages = [entry.message for case in facts.pack for entry in case.transcript if entry.message is not None]
    return {breach.keyword for message in messages for breach in message.faults}


def said(facts: Facts, words: str) -> list[str]:
    return [remark for remark in facts.run.remarks if words in remark]


@pytest.mark.parametrize(
    ("name", "lanes", "frames", "transactions", "breaks"),
    [
        ("mobilityhouse.log", {"GARAGE-1", "GARAGE-2"}, 66, 3, set()),
        ("mobilityhouse_bad.log", {"mobilityhouse_bad"}, 56, 3, {"WIRE_008", "RULE_001"}),
        ("ocpp_rpc.jsonl", {"GARAGE-1", "GARAGE-2"}, 64, 3, {"WIRE_006"}),
        ("transcript.jsonl", {"transcript"}, 24, 1, set()),
        ("recorded.jsonl", {"CP_01"}, 24, 1, set()),
    ],
)
def test_the_logs_of_real_programs_are_read_as_they_are(
    name: str, lanes: set[str], frames: int, transactions: int, breaks: set[str]
) -> None:
    facts = judged(DATA / name)
    assert {case.lane for case in facts.pack} == lanes
    assert sum(len(case.transcript) for case in facts.pack) == frames
    assert len(said(facts, ": transaction ")) == transactions
    assert broken(facts) == breaks
    assert {case.verdict for case in facts.pack} == {Verdict.PASS}
    assert not said(facts, "left out")


def test_the_report_of_a_log_says_what_it_cannot_judge() -> None:
    facts = judged(DATA / "mobilityhouse_bad.log")
    assert said(facts, "no test case was run")
    assert said(facts, "tells no time of its frames")
    assert said(facts, "RULE_005")
    page = certificate_html(facts)
    assert "Judged from a log" in page
    assert "RULE_001" in page
    untimed = {rule.rule: rule.verdict for rule in facts.rules}
    assert {untimed[name] for name in ("clock", "expired", "one_call", "once")} == {Verdict.NOT_APPLICABLE}


# -- the same frames in other shapes ---------------------------------------------------------------------------

Shape = Callable[[str, str, str, datetime], str]
"""A line of a log: the Charge Point, which side sent (in or out), the frame, the moment."""


def steve(name: str, way: str, frame: str, at: datetime) -> str:
    word = "Received" if way == "in" else "Sending"
    return f"[INFO ] {at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1000:03} ocpp.ws.WebSocketLogger (qtp1-{at.microsecond % 7}) - [chargeBoxId={name}, sessionId=8f-{name}] {word}: {frame}"  # noqa: E501


def citrine(name: str, way: str, frame: str, at: datetime) -> str:
    record = {
        "date": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}", "_logMeta": {"name": "CitrineOS Logger", "level": "DEBUG"},
        "0": f"{'onMessage' if way == 'in' else 'Sent'} {frame}", "identifier": name,
    }  # fmt: skip
    return json.dumps(record)


def decoded(name: str, way: str, frame: str, at: datetime) -> str:
    return json.dumps({"@timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}", "cp": name, "flow": way, "ocpp": json.loads(frame)})


def evcc(name: str, way: str, frame: str, at: datetime) -> str:
    return f"[ocpp  ] TRACE {at:%Y/%m/%d %H:%M:%S} {'recv' if way == 'in' else 'send'} {name}: {frame}"


def home_assistant(name: str, way: str, frame: str, at: datetime) -> str:
    word = "receive message" if way == "in" else "send"
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} INFO (MainThread) [ocpp] {name}: {word} {frame}"


def logfmt(name: str, way: str, frame: str, at: datetime) -> str:
    inner = frame.replace("\\", "\\\\").replace('"', '\\"')
    return f'ts={at.timestamp():.3f} level=debug station={name} dir={way} frame="{inner}"'


def python(name: str, way: str, frame: str, at: datetime) -> str:
    return f"{at:%H:%M:%S} {name} {'<' if way == 'in' else '>'} {way} {json.loads(frame)!r}"


def pretty(name: str, way: str, frame: str, at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S+02:00} {name} {way}\n{json.dumps(json.loads(frame), indent=2)}"


SHAPES = [steve, citrine, decoded, evcc, home_assistant, logfmt, python]


def laid_out(source: Path, shape: Shape, ahead: timedelta = timedelta()) -> str:
    frames, _ = sort_out(read_recording(source).frames, "log")
    lines = []
    for one in frames:
        assert one.found.at is not None
        way = "in" if one.side is Side.CHARGE_POINT else "out"
        lines.append(shape(one.lane, way, one.found.text, one.found.at + ahead))
    return "\n".join(lines)


@pytest.mark.parametrize("shape", SHAPES)
def test_frames_are_found_and_sorted_in_whatever_shape_a_log_has(shape: Shape, tmp_path: Path) -> None:
    path = tmp_path / "shaped.log"
    path.write_text(laid_out(GOOD, shape), "utf-8")
    facts = judged(path)
    assert {case.lane for case in facts.pack} == {"GARAGE-1", "GARAGE-2"}
    assert sum(len(case.transcript) for case in facts.pack) == 66
    assert len(said(facts, ": transaction ")) == 3
    assert broken(facts) == set()
    bad = tmp_path / "bad.log"
    bad.write_text(laid_out(GOOD, shape).replace("idTagInfo", "idTaginfo"), "utf-8")
    assert "WIRE_006" in broken(judged(bad))


def test_a_frame_over_many_lines_is_one_frame(tmp_path: Path) -> None:
    path = tmp_path / "pretty.log"
    path.write_text(laid_out(GOOD, pretty), "utf-8")
    facts = judged(path)
    assert sum(len(case.transcript) for case in facts.pack) == 66
    assert "WIRE_006" not in broken(facts)


def test_a_har_file_says_itself_who_sent_a_frame_and_for_whom(tmp_path: Path) -> None:
    frames, _ = sort_out(read_recording(GOOD).frames, "log")
    entries = []
    for name in ("GARAGE-1", "GARAGE-2"):
        messages = [
            {
                "type": "send" if one.side is Side.CHARGE_POINT else "receive",
                "time": one.found.at.timestamp() if one.found.at else 0,
                "opcode": 1,
                "data": one.found.text,
            }
            for one in frames
            if one.lane == name
        ]
        entries.append({"request": {"url": f"ws://127.0.0.1:9000/ocpp/{name}"}, "_webSocketMessages": messages})
    path = tmp_path / "traffic.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    facts = judged(path)
    assert {case.lane for case in facts.pack} == {"GARAGE-1", "GARAGE-2"}
    assert broken(facts) == set()
    assert len(said(facts, ": transaction ")) == 3


# -- what a log must not be blamed for ---------------------------------------------------------------------------


def test_local_times_of_a_log_are_no_wrong_clock(tmp_path: Path) -> None:
    path = tmp_path / "local.log"
    path.write_text(laid_out(GOOD, home_assistant, timedelta(hours=2)), "utf-8")
    facts = judged(path)
    assert broken(facts) == set()
    assert said(facts, "taken as UTC+2 h")


def test_a_clock_that_is_wrong_shows_where_the_log_names_its_zone(tmp_path: Path) -> None:
    path = tmp_path / "zone.log"
    path.write_text(laid_out(GOOD, citrine, timedelta(hours=2)), "utf-8")
    assert broken(judged(path)) == {"WIRE_009"}


def test_a_log_that_begins_in_the_middle_blames_nobody(tmp_path: Path) -> None:
    lines = GOOD.read_text("utf-8").splitlines()
    answers = next(at for at, line in enumerate(lines) if "send [3," in line)
    path = tmp_path / "middle.log"
    path.write_text("\n".join(lines[answers:]), "utf-8")
    assert broken(judged(path)) == set()


def test_a_log_that_leaves_out_some_calls_blames_nobody_for_their_answers(tmp_path: Path) -> None:
    path = tmp_path / "filtered.log"
    lines = GOOD.read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if '"StatusNotification"' not in line), "utf-8")
    assert broken(judged(path)) == set()


def test_an_answer_with_a_unique_id_of_its_own_is_a_breach(tmp_path: Path) -> None:
    path = tmp_path / "stray.log"
    lines = GOOD.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if '"transactionId":101' in line and " send " in line)
    head, _, tail = lines[at].partition('[3,"')
    lines[at] = f'{head}[3,"other-{tail}'
    path.write_text("\n".join(lines), "utf-8")
    facts = judged(path)
    assert (broken(facts), kinds(facts)) == ({"WIRE_004"}, {"unknown"})


def test_a_frame_that_is_cut_off_is_told_and_its_answer_not_blamed(tmp_path: Path) -> None:
    lines = GOOD.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if "StartTransaction" in line)
    lines[at] = lines[at][: lines[at].index("StartTransaction") + 40]
    path = tmp_path / "cut.log"
    path.write_text("\n".join(lines), "utf-8")
    facts = judged(path)
    assert broken(facts) == set()
    assert said(facts, "1 frames are cut off")


def test_a_frame_that_two_parts_of_a_program_log_counts_once(tmp_path: Path) -> None:
    lines = []
    for line in GOOD.read_text("utf-8").splitlines():
        lines.append(line)
        if " send " in line:
            lines.append(line.replace("[ocpp]", "[websockets.protocol]").replace(" send ", " TEXT > "))
    path = tmp_path / "twice.log"
    path.write_text("\n".join(lines), "utf-8")
    facts = judged(path)
    assert broken(facts) == set()
    assert sum(len(case.transcript) for case in facts.pack) == 66


def test_an_answer_that_is_sent_twice_is_a_breach(tmp_path: Path) -> None:
    lines = []
    for line in GOOD.read_text("utf-8").splitlines():
        lines += [line, line] if '"transactionId"' in line and " send " in line else [line]
    path = tmp_path / "again.log"
    path.write_text("\n".join(lines), "utf-8")
    facts = judged(path)
    assert (broken(facts), kinds(facts)) == ({"WIRE_004"}, {"again"})


def test_a_call_that_is_left_unanswered_fails_if_the_log_shows_answers_to_others(tmp_path: Path) -> None:
    lines = [line for line in (DATA / "mobilityhouse_bad.log").read_text("utf-8").splitlines() if "ocpp:" in line]
    at = next(number for number, line in enumerate(lines) if "send" in line and "transactionId" in line)
    path = tmp_path / "silent.log"
    path.write_text("\n".join(lines[:at] + lines[at + 1 :]), "utf-8")
    (case,) = judged(path).pack
    assert case.verdict is Verdict.FAIL
    assert "StartTransaction.conf" in case.reason


def test_an_answer_that_is_cut_off_in_the_log_was_sent(tmp_path: Path) -> None:
    lines = [line for line in (DATA / "mobilityhouse_bad.log").read_text("utf-8").splitlines() if "ocpp:" in line]
    at = next(number for number, line in enumerate(lines) if "send" in line and "transactionId" in line)
    lines[at] = lines[at][:-20]
    path = tmp_path / "cut.log"
    path.write_text("\n".join(lines), "utf-8")
    facts = judged(path)
    assert {case.verdict for case in facts.pack} == {Verdict.PASS}
    assert said(facts, "1 frames are cut off")


def test_an_answer_that_a_log_never_shows_proves_nothing(tmp_path: Path) -> None:
    lines = [
        line
        for line in (DATA / "mobilityhouse_bad.log").read_text("utf-8").splitlines()
        if "transactionId" not in line or "receive" in line
    ]
    path = tmp_path / "quiet.log"
    path.write_text("\n".join(lines), "utf-8")
    assert {case.verdict for case in judged(path).pack} == {Verdict.PASS}


def test_what_the_charge_point_does_wrong_is_a_note_and_breaks_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "theirs.log"
    path.write_text(GOOD.read_text("utf-8").replace('"meterStart"', '"meter_start"'), "utf-8")
    facts = judged(path)
    assert broken(facts) == set()
    assert said(facts, "the Charge Point's own frames break rules as well")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("2026-01-31 all quiet [2, 5, 7] and [3]", "no OCPP-J frame is in it"),
        ('CP_1 receive [2,"1","Heartbeat",{}]', "nothing to judge"),
        ('CP_1 receive [2,"1","TransactionEvent",{"eventType":"Started"}]\nsend [3,"1",{}]', "OCPP 2"),
        ("", "no OCPP-J frame is in it"),
        ('{"kind": "run", "fact": {}}\n{"kind": "case", "fact": {}}\n', "csms-harness replay"),
    ],
)
def test_a_file_with_nothing_to_judge_says_so_in_one_sentence(content: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "file.log"
    path.write_text(content)
    with pytest.raises(NoTraffic, match=words):
        judged(path)
    with pytest.raises(NoTraffic, match="cannot be read"):
        judged(tmp_path / "nowhere.log")


def test_who_only_speaks_of_a_message_of_ocpp_2_speaks_1_6(tmp_path: Path) -> None:
    path = tmp_path / "vendor.log"
    lines = [
        'GARAGE-1: receive message [2,"1","Heartbeat",{}]',
        'GARAGE-1: send [3,"1",{"currentTime":"2026-01-31T12:00:00Z"}]',
        'GARAGE-1: receive message [2,"2","DataTransfer",{"vendorId":"org.example","messageId":"GetVariables"}]',
        'GARAGE-1: send [3,"2",{"status":"Accepted"}]',
    ]
    path.write_text("\n".join(lines))
    assert broken(judged(path)) == set()


def test_secrets_in_a_log_do_not_reach_the_report(tmp_path: Path) -> None:
    path = tmp_path / "secret.log"
    lines = [
        'GARAGE-1: receive message [2,"1","Heartbeat",{}]',
        'GARAGE-1: send [3,"1",{"currentTime":"2026-01-31T12:00:00Z"}]',
        'GARAGE-1: send [2,"2","ChangeConfiguration",{"key":"AuthorizationKey","value":"0123456789abcdef"}]',
        'GARAGE-1: receive message [3,"2",{"status":"Accepted"}]',
    ]
    path.write_text("\n".join(lines))
    assert "0123456789abcdef" not in judged(path).model_dump_json()
