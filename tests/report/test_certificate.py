"""certificate.html: sections, figures, evidence, size, accessibility."""

import base64
import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal

import pytest

from csms_harness.evidence import Finding, Kind, What
from csms_harness.message import MessageType
from csms_harness.ocppj.breach import Breach
from csms_harness.record.facts import Facts, PicsFact, ProductFact
from csms_harness.report import certificate
from csms_harness.report.certificate import SIZE_LIMIT, certificate_html
from csms_harness.report.excerpts import DETAILS, Detail
from csms_harness.rules.verdicts import RuleVerdict
from csms_harness.verdict import Verdict
from tests.report.paper import parse_html, words
from tests.report.realistic import all_passed, call, case, facts, frame, result, run


def page(of: Facts | None = None) -> Any:
    return parse_html(certificate_html(of or facts()))


def table(root: Any, caption: str) -> list[list[str]]:
    (found,) = (t for t in root.iter("table") if words(t).startswith(caption))
    return [[words(cell) for cell in row] for row in found.iter("tr")]


def pairs(root: Any, caption: str) -> dict[str, str]:
    return {row[0]: row[1] for row in table(root, caption)}


def test_the_first_page_identifies_holder_product_version_and_date() -> None:
    identity = page().find_class("identity")[0]
    terms = [words(term) for term in identity.iter("dt")]
    values = [words(value) for value in identity.iter("dd")]
    assert dict(zip(terms, values, strict=True)) == {
        "Holder": "한국전기연구원 (KERI)",
        "Report number": "2025-0017",
        "Product type": "Charging Station Management System",
        "Product designation": "KCSMS-001",
        "OCPP software version": "v1.0",
        "Report date": "2025-11-20",
    }


def test_what_the_vendor_did_not_state_is_said_so_and_only_the_product_is_needed() -> None:
    bare = page(facts(pics=PicsFact(product=ProductFact(designation="X"))))
    assert words(bare.find_class("identity")[0]).startswith("Holder not stated Report number not assigned")


def test_it_is_plainly_a_self_test() -> None:
    assert "This is a self-test, not a certificate of the Open Charge Alliance." in words(page())


def test_the_result_is_told_in_one_look() -> None:
    result = page().find_class("result")[0]
    assert "✗ Fail" in words(result)
    assert [words(item) for item in result.iter("li")][:2] == ["Core ✗ Fail", "Firmware Management – Not run"]
    assert "✓ Pass" in words(page(all_passed()).find_class("result")[0])


def test_the_abstract_the_summary_and_the_configuration_mirror_a_certificate() -> None:
    root = page()
    abstract = pairs(root, "OCPP 1.6 conformance test")
    assert abstract["Test laboratory"] == "Own laboratory"
    assert abstract["Device under test"] == "CSMS"
    assert abstract["Communication"] == "JSON"
    summary = {row[0]: row[1] for row in table(root, "Results per functionality") if len(row) > 1}
    assert summary["Reservation"] == "– Not supported"
    configuration = pairs(root, "What was tested, with what")
    assert configuration["Tool version"] == "csms_harness 0.1.0"
    assert configuration["Edition of the test cases"] == "2025-11"
    assert configuration["Deadline: response"] == "30 s"


def test_the_performance_table_holds_declared_and_measured_values() -> None:
    rows = table(page(), "Measured from the write of a CALL")
    assert rows[1][:5] == ["OCPP response timeout", "60 s", "00:00:02", "1500.000 ms †", "4"]
    assert rows[2][:5] == ["Response time Authorize", "0.4 s", "00:00:00", "499.900 ms", "1"]
    assert "1 answer came late. 1 CALL never answered." in rows[1][6]
    assert "Longer than declared." in rows[2][6]


def test_a_run_without_measurements_says_so() -> None:
    rows = table(page(all_passed(cases=(case(),))), "Measured from the write of a CALL")
    assert rows[1][2:5] == ["–", "not measured", "0"]


def test_waits_per_action_and_what_the_central_system_initiated_have_tables() -> None:
    root = page()
    assert [row[0] for row in table(root, "The wait for an answer")][1:] == [
        "Authorize",
        "BootNotification",
        "Heartbeat",
        "StatusNotification",
    ]
    assert table(root, "What the CSMS initiated")[1][:4] == ["RemoteStartTransaction", "http", "1", "87.000"]


def test_the_milliseconds_claim_stands_beside_what_the_wire_showed() -> None:
    rows = table(page(), "Limits and settings outside OCPP")
    assert rows[1] == ["Supports sending milliseconds in timestamps", "Yes", "Yes"]
    assert rows[2] == ["Clock of the CSMS minus ours", "–", "-0.004 s to +0.019 s"]
    assert rows[3] == ["Heartbeat interval", "300 s", "–"]


def test_a_clock_that_agrees_to_the_millisecond_is_not_less_than_none() -> None:
    rows = table(page(facts(clock_skew=(-0.0001, 0.0001))), "Limits and settings outside OCPP")
    assert rows[2][2] == "+0.000 s to +0.000 s"


def test_what_was_not_run_is_named_with_its_reason() -> None:
    told = words(page().find_class("reasons")[0])
    assert "No scenario for this case yet. (4 cases) TC_044_1_CSMS, TC_056_CSMS" in told


def test_an_interrupted_run_is_marked_loudly_and_a_complete_one_is_not() -> None:
    assert words(page(facts(run=run(complete=False))).find_class("incomplete")[0]).startswith("INCOMPLETE")
    assert not page().find_class("incomplete")


def test_cases_to_act_on_are_linked_from_the_top_and_every_link_has_its_target() -> None:
    root = page()
    linked = [link.get("href") for link in root.find_class("attention")[0].iter("a")]
    assert linked == ["#case-TC_010_CSMS", "#rules-wire", "#case-TC_061_CSMS", "#case-TC_014_CSMS"]
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    targets = {link.get("href").removeprefix("#") for link in root.iter("a")}
    labels = {element.get("aria-labelledby") for element in root.iter() if element.get("aria-labelledby")}
    assert targets | labels <= set(ids)


def test_a_failed_case_shows_its_finding_beside_the_frame() -> None:
    (article,) = page().xpath("//article[@id='case-TC_010_CSMS']")
    fault, remark = article.find_class("finding")
    for part in ("mismatch at step 4", "Member idTagInfo.status", "Required Accepted", "Observed Invalid", "Frame 5"):
        assert part in words(fault)
    assert words(next(fault.iter("pre"))).endswith('"parentIdTag":"한전-부모-01"}}]')
    assert "Remark" in words(remark)
    assert "Our reading." in words(article)
    assert "csms-harness run TC_010_CSMS --target targets/reference.yaml" in words(article)


def test_cases_that_passed_are_folded_away_and_their_frames_with_them() -> None:
    root = page()
    (passed,) = root.xpath("//details[@id='case-TC_001_CSMS']")
    assert passed.get("open") is None
    assert words(next(passed.iter("summary"))).startswith("✓ PASS TC_001_CSMS")
    assert "The frames as text" in words(passed)


def test_the_frames_stand_as_a_table_beside_the_drawing() -> None:
    (article,) = page().xpath("//article[@id='case-TC_010_CSMS']")
    assert len(article.xpath(".//*[local-name()='svg']")) == 1
    rows = article.xpath(".//details//tbody/tr")
    assert len(rows) == 7
    assert [row.get("class") for row in rows][1:7] == ["m-remark", None, None, "m-fault", "dim", "dim"]


def test_a_frame_names_the_standing_rules_it_departs_from() -> None:
    heard = (
        Breach("unique_id", "the uniqueId has 40 characters"),
        Breach("datetime", "an offset without a colon", "currentTime", note=True),
    )
    unreadable = frame(3, "CS", MessageType.UNREADABLE, "", "x", breaches=(Breach("json", "odd"),))
    passed = case(transcript=(result(2, "CS", "Heartbeat", "[3]", breaches=heard), unreadable))
    (row, other) = page(all_passed(cases=(passed,))).xpath("//details//tbody/tr")
    assert "breach of the rule on unique id: the uniqueId has 40 characters" in words(row)
    assert "note: currentTime: an offset without a colon" in words(row)
    assert words(other).endswith("breach of the rule on json: odd")


def test_rules_beyond_the_document_stand_apart_from_those_of_the_wire() -> None:
    groups: tuple[tuple[str, Literal["wire", "beyond"]], ...] = (("WIRE_001", "wire"), ("RULE_001", "beyond"))
    rules = tuple(
        RuleVerdict(id=name, title=name, clause="c", verdict=Verdict.PASS, looked_at=1, group=group)
        for name, group in groups
    )
    root = page(facts(rules=rules))
    assert [row[0] for row in table(root, "Rules that hold for every frame")] == ["Rule", "WIRE_001"]
    assert [row[0] for row in table(root, "What the document does not ask")] == ["Rule", "RULE_001"]


def test_a_verdict_by_the_habits_of_the_official_tool_is_told_where_it_differs() -> None:
    differing = all_passed(cases=(case(octt_verdict=Verdict.FAIL),))
    assert "By the habits of the official test tool this case would be ✗ FAIL" in words(page(differing))


def test_the_page_asks_for_nothing_and_allows_only_its_own_style_sheet() -> None:
    document = certificate_html(facts())
    (style,) = re.findall(r"<style>(.*?)</style>", document, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    root = parse_html(document)
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not root.xpath("//script | //link | //img | //iframe | //*[@style] | //*[@src]")
    assert "url(" not in style
    assert "@import" not in style


def test_every_table_header_has_a_scope_and_every_wide_part_can_be_reached_by_keyboard() -> None:
    root = page()
    assert not [cell for cell in root.iter("th") if cell.get("scope") not in {"col", "row", "rowgroup"}]
    assert not [part for part in root.find_class("scroll") if part.get("tabindex") != "0" or not part.get("aria-label")]
    assert root.get("lang") == "en"
    assert len(root.xpath("//main")) == len(root.xpath("//h1")) == 1


def test_headings_never_skip_a_level() -> None:
    levels = [int(element.tag[1]) for element in page().iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def _palettes() -> Iterator[dict[str, str]]:
    style = certificate_html(all_passed()).split("<style>")[1]
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    for block in (light, dark):
        yield dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block))


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", list(_palettes()), ids=["light", "dark"])
def test_all_text_has_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    for ground in ("paper", "soft", "desk"):
        for ink in ("ink", "quiet", "accent", "pass", "fail", "maybe", "none", "error"):
            low, high = sorted((_luminance(palette[ground]), _luminance(palette[ink])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ground, ink)


def test_a_run_of_77_talkative_cases_stays_small_enough_to_be_sent() -> None:
    breach = Breach("schema", "x" * 900)
    noisy = tuple(call(n, "CS", "MeterValues", '"<&' * 1500, breaches=(breach,)) for n in range(1, 151))
    found = tuple(
        Finding(Kind.BREACH, Verdict.FAIL, "s", What.BROKEN_RULE, observed="&" * 3000, frame=n, text="<" * 3000)
        for n in range(1, 41)
    )
    cases = tuple(
        case(f"TC_{n:03}_CSMS", Verdict.FAIL, transcript=noisy, findings=found, reason="r" * 3000) for n in range(77)
    )
    document = certificate_html(facts(cases=cases, catalogue=()))
    assert len(document.encode()) < SIZE_LIMIT < 3_000_000
    assert "transcripts/TC_000_CSMS.jsonl" in document


def test_a_small_run_is_shown_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Detail] = []
    original = certificate._page

    def remembering(of: Facts, detail: Detail, *, evidence: bool) -> str:
        drawn.append(detail)
        return original(of, detail, evidence=evidence)

    monkeypatch.setattr(certificate, "_page", remembering)
    assert "more, see the transcript" not in certificate_html(facts())
    assert drawn == [DETAILS[0]]


def test_a_copy_without_evidence_leaves_out_how_passed_cases_went_and_nothing_else() -> None:
    whole, short = (parse_html(certificate_html(facts(), evidence=evidence)) for evidence in (True, False))
    passed = [one.id for one in facts().cases if one.verdict is Verdict.PASS]
    assert f"How {len(passed)} passed case" in words(short)
    assert not short.find_class("k-pass")
    assert len(whole.find_class("k-pass")) == len(passed) > 0
    assert [words(one) for one in short.iter("article")] == [words(one) for one in whole.iter("article")]
    assert [words(one) for one in short.iter("table")][:4] == [words(one) for one in whole.iter("table")][:4]


def test_no_link_of_a_copy_without_evidence_leads_nowhere() -> None:
    short = parse_html(certificate_html(facts(), evidence=False))
    targets = {f"#{element.get('id')}" for element in short.iter() if element.get("id")}
    assert {link.get("href") for link in short.iter("a")} <= targets


def test_a_run_without_cases_has_a_page() -> None:
    assert "No case was run." in words(page(facts(cases=(), rules=())))


def test_both_verdicts_of_a_case_stand_in_one_table_whoever_decided() -> None:
    habit = Finding(Kind.COMPATIBILITY, None, "step 4", What.UNUSUAL_MEMBER, observed="other")
    broken = Finding(Kind.MISMATCH, Verdict.FAIL, "step 4", What.WRONG_MEMBER)
    cases = (
        case(id="TC_001_CSMS"),
        case(id="TC_002_CSMS", octt_verdict=Verdict.FAIL, findings=(habit,)),
        case(id="TC_003_CSMS", verdict=Verdict.FAIL, octt_verdict=Verdict.FAIL, findings=(habit,)),
        case(id="TC_004_CSMS", verdict=Verdict.FAIL, octt_verdict=Verdict.FAIL, findings=(habit, broken)),
    )
    rows = table(page(facts(cases=cases)), "In the order of the certification document")
    assert rows[0][1:3] == ["By the specification", "By the tool’s habits"]
    assert [row[1:3] for row in rows[1:]] == [
        ["✓ PASS", "✓ PASS"],
        ["✓ PASS", "✗ FAIL"],
        ["✓ PASS", "✗ FAIL"],  # a run in which the habits decided
        ["✗ FAIL", "✗ FAIL"],
    ]
    octt = words(page(facts(run=run(strictness="octt"))))
    assert "In this run the habits of the official test tool decided." in octt


def test_the_reference_specification_is_named_with_version_and_date_of_its_errata() -> None:
    assert "OCPP 1.6 edition 2 (JSON) with the OCPP 1.6 errata sheet v4.0 (release of 2019-10-23)" in words(page())
