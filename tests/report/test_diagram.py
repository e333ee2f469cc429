"""The message sequence, the excerpt it is drawn from, and the distribution of the waits."""

import re
import xml.etree.ElementTree as ET

from csms_harness.evidence import Finding, Happening, Kind, What
from csms_harness.report.diagram import sequence_svg
from csms_harness.report.distribution import latency_svg
from csms_harness.report.excerpts import Gap, excerpt, marks_of
from csms_harness.report.rows import Row, rows_of
from csms_harness.verdict import Verdict
from tests.report.realistic import call, case, facts, note, result

FAILED = facts().cases[1]
ROWS = rows_of(FAILED)


def _groups(svg: str) -> list[ET.Element]:
    return [element for element in ET.fromstring(svg) if element.tag == "g"]


def _path(group: ET.Element) -> ET.Element:
    return next(group.iter("path"))


def _texts(element: ET.Element) -> str:
    return " ".join("".join(text.itertext()) for text in element.iter("text"))


def test_every_frame_is_an_arrow_with_its_message_time_and_latency() -> None:
    groups = _groups(sequence_svg(FAILED.id, ROWS, {}))
    assert len(groups) == len(FAILED.transcript)
    assert _texts(groups[4]) == "0.061 Authorize.conf  499.900 ms"
    assert [_path(group).get("class") for group in groups[1:5]] == ["call", "answer", "call", "answer"]


def test_frames_of_the_charge_point_point_right_and_those_of_the_central_system_left() -> None:
    rows = rows_of(case(transcript=(call(1, "CP", "A", ""), result(2, "CS", "A", ""))))
    drawn = sequence_svg("TC", rows, {})
    ends = [re.findall(r"\d+", _path(group).get("d", "")) for group in _groups(drawn)]
    assert [int(start) < int(end) for start, _, end in ends] == [True, False]


def test_the_offending_frame_is_marked_by_a_sign_and_not_by_colour_alone() -> None:
    groups = _groups(sequence_svg(FAILED.id, ROWS, marks_of(FAILED.findings)))
    marked = {group.get("class"): _texts(group) for group in groups if group.find("circle") is not None}
    assert set(marked) == {"fault", "remark"}
    assert marked["fault"].endswith("✗")
    assert marked["remark"].endswith("!")


def test_ambient_and_cleanup_frames_are_dimmed() -> None:
    groups = _groups(sequence_svg(FAILED.id, ROWS, {}))
    assert [group.get("class") for group in groups[4:]] == ["", "dim", "dim"]


def test_a_trigger_or_a_closed_connection_is_a_band_with_words() -> None:
    entries = (
        note(1, 0, Happening.TRIGGER, "connector 1", item="UnlockConnector", outcome="performed"),
        note(2, 1, Happening.DISCONNECTED, "1006"),
    )
    groups = _groups(sequence_svg("TC", rows_of(case(transcript=entries)), {}))
    assert [_texts(group) for group in groups] == [
        "0.000 trigger: UnlockConnector: performed, connector 1",
        "1.000 disconnected 1006",
    ]


def test_a_deciding_finding_outweighs_a_remark_at_the_same_frame() -> None:
    remark = Finding(Kind.OBSERVATION, None, "", What.UNUSUAL_MEMBER, frame=3)
    fault = Finding(Kind.MISMATCH, Verdict.FAIL, "", What.WRONG_MEMBER, frame=3)
    assert marks_of((remark, fault)) == marks_of((fault, remark)) == {3: "fault"}


def test_a_short_transcript_is_shown_whole() -> None:
    assert excerpt(FAILED, 7) == ROWS


def test_a_long_transcript_is_shown_around_its_findings_and_the_gaps_are_counted() -> None:
    entries = tuple(call(number, "CP", "Heartbeat", "") for number in range(1, 1001))
    fault = Finding(Kind.LATE, Verdict.FAIL, "", What.LATE, frame=500)
    rows = excerpt(case(transcript=entries, findings=(fault,)), 20)
    shown = [row.number for row in rows if isinstance(row, Row)]
    assert len(shown) == 20
    assert set(range(497, 504)) <= set(shown)
    assert sum(row.count for row in rows if isinstance(row, Gap)) == 980
    assert rows[-1] == Gap(497)


def test_a_gap_is_drawn_as_such() -> None:
    assert "⋮ 12 more, see the transcript ⋮" in sequence_svg("TC", (Gap(12),), {})


def test_the_distribution_counts_every_wait_in_a_range_of_its_scale() -> None:
    drawn = ET.fromstring(latency_svg([0.0009, 0.001, 0.0011, 0.004, 1.0, 1.5]))
    bars = [text.text for text in drawn.iter("text") if text.get("class") == "count"]
    edges = [text.text for text in drawn.iter("text") if text.get("class") == "edge"]
    assert bars == ["2", "1", "1", "1", "1"]
    assert edges[:3] == ["≤ 1 ms", "≤ 2 ms", "≤ 5 ms"]
    assert edges[-2:] == ["≤ 1 s", "≤ 2 s"]


def test_nothing_measured_draws_nothing() -> None:
    assert latency_svg([]) == ""
