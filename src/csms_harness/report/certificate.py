"""certificate.html: one self-contained page, certificate first, then every case with its evidence."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from csms_harness.evidence import Executed, Finding
from csms_harness.foreign import cut, for_html, slug
from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import handshakes, pack, probing, remarks, sections, summary, timing, wording
from csms_harness.report.blocks import blocks
from csms_harness.report.breaches import listed
from csms_harness.report.diagram import sequence_svg
from csms_harness.report.distribution import latency_svg
from csms_harness.report.excerpts import DETAILS, Detail, Gap, excerpt, frame_volume, marks_of
from csms_harness.report.rows import Row
from csms_harness.report.telling import said_apart, says_more
from csms_harness.verdict import Verdict

SIZE_LIMIT: Final = 2_900_000
"""The page stays below this many bytes as long as a terser excerpt of the transcripts can achieve it."""

_LONGEST_STRING: Final = 4000
_LONGEST_LIST: Final = 12


@dataclass(frozen=True, slots=True)
class FoundView:
    """A finding beside the frame it points at."""

    fact: Finding
    frame: Row | None


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the page shows of one case."""

    fact: CaseFact
    by_specification: Verdict
    anchor: str
    findings: tuple[FoundView, ...]
    more_findings: int
    steps: tuple[Executed, ...]
    more_steps: int
    rows: tuple[Row | Gap, ...]
    marks: dict[int, str]
    departures: dict[int, tuple[str, ...]]
    drawing: Markup
    transcript: str


def certificate_html(facts: Facts, *, evidence: bool = True) -> str:
    """The whole page; the same facts give the same bytes.

    Without ``evidence`` the cases that passed are listed, and how they went is left out: nine tenths of the page.
    """
    *generous, tersest = DETAILS
    for detail in generous:
        if frame_volume((*facts.cases, *facts.pack), detail) < SIZE_LIMIT:
            page = _page(facts, detail, evidence=evidence)
            if len(page.encode()) < SIZE_LIMIT:
                return page
    return _page(facts, tersest, evidence=evidence)


def _page(facts: Facts, detail: Detail, *, evidence: bool) -> str:
    views = tuple(_case_view(case, detail) for case in facts.cases)
    style = files("csms_harness.report").joinpath("templates/style.css").read_text("utf-8")
    return (
        environment()
        .get_template("certificate.html.j2")
        .render(
            facts=facts,
            run=facts.run,
            product=facts.pics.product,
            said=sections,
            detail=detail,
            evidence=evidence,
            style=Markup(style),  # noqa: S704 - a file of this package
            policy=policy(style),
            result=summary.overall(facts),
            headline=summary.headline(facts),
            functionalities=summary.functionality_results(facts),
            counts=summary.verdict_counts(facts.cases),
            verdicts_told=sections.both_verdicts(facts),
            not_run=summary.not_run_reasons(facts),
            figures=sections.figures(facts),
            probing=probing,
            probed=tuple(probing.rows(facts)),
            actions=timing.action_timings(facts),
            initiated=timing.initiated_timings(facts),
            clocks=timing.clocks(facts),
            distribution=latency_svg([s.seconds for s in timing.samples_of(facts) if s.answered]),
            blocks=blocks(facts),
            views=views,
            pack=pack,
            handshakes=handshakes,
            handshaken=handshakes.rows(facts),
            remarks=remarks.remarks(facts),
            pack_views=tuple(_case_view(case, detail) for case in facts.pack),
            attention=tuple(view for verdict in wording.ATTENTION for view in _with(views, verdict)),
            passed=tuple(_with(views, Verdict.PASS)),
            not_applicable=tuple(_with(views, Verdict.NOT_APPLICABLE)),
        )
    )


def _with(views: tuple[CaseView, ...], verdict: Verdict) -> Iterator[CaseView]:
    return (view for view in views if view.fact.verdict is verdict)


def _case_view(case: CaseFact, detail: Detail) -> CaseView:
    findings = wording.telling_order(case.findings)
    shown = tuple(FoundView(found, wording.frame_of(case, found)) for found in findings[: detail.findings])
    rows = excerpt(case, detail.entries)
    marks = marks_of(case.findings)
    return CaseView(
        case,
        wording.by_specification(case),
        _anchor(case.id),
        shown,
        len(findings) - len(shown),
        case.steps[: detail.entries],
        max(0, len(case.steps) - detail.entries),
        rows,
        marks,
        wording.departures(case),
        sequence_svg(case.id, rows, marks),
        wording.transcript_name(case),
    )


def _anchor(case_id: str) -> str:
    return f"case-{slug(case_id)}"


def policy(style: str) -> str:
    """Allow nothing but this very style sheet: no script, no font, no image, no request."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@functools.cache
def environment() -> Environment:
    """The environment of all pages: everything escaped, and made harmless."""
    made = Environment(
        loader=PackageLoader("csms_harness.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "cut": cut,
        "ms": timing.milliseconds,
        "ms_number": timing.milliseconds_number,
        "clock": timing.clock_text,
        "in_words": _in_words,
        "seconds": timing.plain_seconds,
        "moment": wording.moment,
        "counted": wording.counted,
        "anchor": _anchor,
        "said_apart": said_apart,
        "says_more": says_more,
        "listed": lambda found, more: listed(found, more, _LONGEST_LIST),
        "some": lambda items: tuple(items)[:_LONGEST_LIST],
    }
    made.tests["gap"] = lambda row: isinstance(row, Gap)
    made.globals |= {
        "Verdict": Verdict,
        "signs": wording.SIGNS,
        "who_acts": wording.WHO_ACTS,
        "sender": wording.sender,
        "sign_of": wording.sign_of,
    }
    return made


def _in_words(name: str) -> Markup:
    """A long name that may be broken before each of its words, where a column is narrow."""
    return Markup("<wbr>").join(for_html(word, _LONGEST_STRING) for word in re.split(r"(?<=[a-z])(?=[A-Z])", name))


def _clean(value: Any) -> Any:
    """Make every string harmless on its way into the page, so that no template can forget to."""
    if isinstance(value, Markup):
        return value
    return for_html(str(value), _LONGEST_STRING) if isinstance(value, str) else value
