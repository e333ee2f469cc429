"""Fourteen hostile strings in every place a foreign string can reach, in every report."""

import json
import re
from dataclasses import replace
from enum import Enum
from typing import Any

import pytest
from markdown_it import MarkdownIt

from csms_harness.evidence import Finding, Happening, Kind, What
from csms_harness.record.facts import Facts
from csms_harness.report.certificate import certificate_html
from csms_harness.report.diagram import sequence_svg
from csms_harness.report.junit import junit_xml
from csms_harness.report.markdown import report_markdown
from csms_harness.report.progress import Progress
from csms_harness.report.rows import rows_of
from csms_harness.report.telling import told
from csms_harness.report.terminal import render_summary
from csms_harness.report.write import facts_json, transcript_jsonl
from csms_harness.verdict import Verdict
from tests.report.paper import parse_html, printed, recording
from tests.report.realistic import call, case, facts, note, product
from tests.report.test_junit import parsed

HOSTILE = {
    "html": "</title></style><script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "\" onmouseover='alert(1)' x=\"` {{ 7*7 }} {% raw %}",
    "svg": "</text></svg><svg onload=alert(1)><a href='javascript:alert(1)'>",
    "ansi": "\x1b[2J\x1b[31mred\x1b]0;title\x07",
    "osc": "\x1b]52;c;ZXZpbA==\x07\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "c1": "\x9b2J\x9d52;c;x\x9c\x85",
    "bidi": "safe\u202egnp.exe\u2066\u200f\u200b\u2028\ufeff",
    "rich": "[/foo] [bold red]x[/] [link=http://evil.example]y[/link] :smile:",
    "xml": "\ufffe\uffff\x00\x01\x0b\x0c]]><!--<![CDATA[",
    "markdown": "|`x` ```\n# h\n![i](http://evil.example/p.png) [l](javascript:x) <b>b</b> @team #1 www.evil.example",
    "surrogate": "\ud800 \udfff \udc00\ud800",
    "build-log": "::set-output name=x::y\n##vso[task.complete]\n##teamcity[x]\r::stop-commands::z",
    "path": "../../../etc/passwd\x00CON",
    "korean": "한국전기연구원 충전기 ①",
}
KEPT = {"kind", "verdict", "octt_verdict", "decides", "direction", "role", "strictness", "outcome", "clock", "started"}
KEPT |= {"finished", "version", "group", "thresholds"}


def _poisoned(value: Any, text: str) -> Any:
    """Replace every string of dumped facts, and the keys of its mappings, but not what is an enumeration."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return text
    if isinstance(value, dict):
        return {key: member if key in KEPT else _poisoned(member, text) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_poisoned(member, text) for member in value]
    return value


def poisoned(text: str) -> Facts:
    dumped = facts().model_dump()
    document = _poisoned(dumped, text)
    for number, (before, after) in enumerate(zip(dumped["cases"], document["cases"], strict=True)):
        after["id"] = f"{text}{number}"
        after["verdict"] = before["verdict"]
    key = _key(text)
    document["run"] |= {"environment": {key: text}, "deadlines": {key: 1.0}, "not_run": {f"{key}x": text}}
    document["pics"] |= {"functionalities": {key: True}, "settings": {key: text}}
    document["catalogue"] = [{"id": f"{text}y", "functionality": text, "implemented": False, "reason": text}]
    return told(_with_sentences_to_make(Facts.model_validate(document), text))


def _key(text: str) -> str:
    """Keys come from UTF-8 files, never from a frame."""
    return text.encode(errors="replace").decode()


def _with_sentences_to_make(run: Facts, text: str) -> Facts:
    """The same with findings, a wish and a broken rule whose sentences are made of hostile data."""
    wish = note(99, 0.5, Happening.ASKED, item=text, fields={_key(text): text})
    cases = tuple(
        one.model_copy(
            update={
                "findings": (*one.findings, *(replace(found, text="") for found in one.findings)),
                "transcript": (*one.transcript, wish),
            }
        )
        for one in run.cases
    )
    rules = tuple(
        replace(rule, breaches=tuple(replace(breach, text="") for breach in rule.breaches)) for rule in run.rules
    )
    return run.model_copy(update={"cases": cases, "rules": rules})


def _tags_and_attributes(document: str) -> tuple[set[str], set[tuple[str, str]]]:
    root = parse_html(document)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    return {e.tag for e in elements}, {(e.tag, name) for e in elements for name in e.attrib}


def assert_clean(document: str) -> None:
    """No control, format, bidi, surrogate or unassigned character but newline and tab."""
    strange = {char for char in document if not char.isprintable() and char not in "\n\t\u3000\xa0"}
    assert not strange
    document.encode()


hostile = pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))


@hostile
def test_the_certificate_gains_no_element_attribute_or_link(text: str) -> None:
    document = certificate_html(poisoned(text))
    assert_clean(document)
    tags, attributes = _tags_and_attributes(document)
    benign_tags, benign_attributes = _tags_and_attributes(certificate_html(facts()))
    assert tags <= benign_tags
    assert attributes <= benign_attributes
    links = parse_html(document).xpath("//@href")
    assert all(re.fullmatch(r"#[A-Za-z0-9_-]+", link) for link in links)


@hostile
def test_the_drawing_gains_no_element_or_attribute(text: str) -> None:
    entries = (call(0, "CP", text, text), call(1, "CS", text, text), note(2, 0.0, Happening.DISCONNECTED, text))
    drawing = sequence_svg(text, rows_of(case(transcript=entries)), {1: "fault"})
    assert_clean(drawing)
    tags, attributes = _tags_and_attributes(f"<main>{drawing}</main>")
    assert tags == {"html", "body", "main", "svg", "text", "path", "g", "circle", "tspan", "rect"}
    assert not [name for _, name in attributes if name.startswith("on") or name in {"href", "style"}]


@hostile
def test_the_junit_report_is_read_by_strict_parsers(text: str) -> None:
    document = junit_xml(poisoned(text))
    assert_clean(document)
    assert parsed(document).get("tests") == "6"


@hostile
def test_the_markdown_renders_no_html_link_or_image(text: str) -> None:
    document = report_markdown(poisoned(text))
    assert_clean(document)
    tokens = MarkdownIt("commonmark").enable("table").parse(document)
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert not kinds & {"html_inline", "html_block", "link_open", "image"}
    assert [token.tag for token in tokens if token.type == "heading_open"].count("h1") == 0
    prose = "".join(c.content for t in tokens for c in t.children or () if c.type == "text")
    assert not re.search(r"@team|#1\b|www\.|://", prose.replace("\u200b", "\u2009"))


@hostile
def test_the_terminal_receives_no_control_character_and_no_build_command(text: str) -> None:
    document = printed(render_summary(poisoned(text)), width=100)
    assert_clean(document)
    assert not re.search(r"::[a-z-]+( |::)|##(vso|teamcity)?\[", document)


@hostile
def test_the_live_progress_receives_nothing_but_its_own_escapes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    console, file = recording(100, terminal=True)
    progress = Progress(console)
    progress.case_started(text, text, text)
    progress.awaiting(text, text, 3)
    for fact in poisoned(text).cases:
        progress.case_finished(fact)
    progress.close()
    assert_clean(re.sub(r"\x1b\[\??[0-9;]*[A-Za-z]", "", file.getvalue()).replace("\r", ""))


@hostile
def test_facts_and_transcripts_keep_every_character_without_printing_it(text: str) -> None:
    bad = poisoned(text)
    documents = [facts_json(bad).decode(), *(transcript_jsonl(one).decode() for one in bad.cases)]
    for document in documents:
        assert_clean(document)
    assert Facts.model_validate(json.loads(documents[0])) == bad


@pytest.mark.parametrize("render", [certificate_html, junit_xml, report_markdown, facts_json])
def test_korean_stays_readable(render: Any) -> None:
    rendered = render(poisoned(HOSTILE["korean"]))
    assert "한국전기연구원 충전기 ①" in (rendered.decode() if isinstance(rendered, bytes) else rendered)


def test_korean_stays_readable_on_the_terminal() -> None:
    assert "한국전기연구원 충전기 ①" in printed(render_summary(poisoned(HOSTILE["korean"])), width=200)


@pytest.mark.parametrize("char", ["A", "<", "\x1b", "충", "`"])
def test_a_string_of_a_million_characters_stays_small_on_paper(char: str) -> None:
    huge = char * 1_000_000
    found = Finding(
        Kind.MISMATCH,
        Verdict.FAIL,
        huge,
        What.WRONG_MEMBER,
        path=huge,
        required=huge,
        observed=huge,
        frame=1,
        text=huge,
    )
    cases = (case(verdict=Verdict.FAIL, reason=huge, findings=(found,), transcript=(call(1, "CS", huge, huge),)),)
    bad = facts(cases=cases, pics=facts().pics.model_copy(update={"product": product(vendor=huge)}))
    assert len(certificate_html(bad)) < 500_000
    assert len(junit_xml(bad).encode()) < 300_000
    assert len(report_markdown(bad)) < 61_000
    assert len(printed(render_summary(bad))) < 20_000
