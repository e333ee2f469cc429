"""What the PDF shows, as plain data for its template: the first page, then parts one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from csms_harness.record.facts import CaseFact, Facts
from csms_harness.report import handshakes, pack, probing, remarks, sections, summary, timing, wording
from csms_harness.report.blocks import Block, blocks, breaks
from csms_harness.report.breaches import listed
from csms_harness.report.proofs import proofs
from csms_harness.rules.verdicts import RuleVerdict

FONT: Final = "Pretendard"
_LONGEST_LIST: Final = 12

Part = dict[str, Any]


def pages(facts: Facts) -> dict[str, Any]:
    """The document: JSON only, strings as they are in the facts."""
    applied = sections.applied_tests(facts)
    return {
        "title": sections.TITLE,
        "author": f"csms_harness {facts.run.tool_version}",
        "fonts": [FONT],
        "kind": sections.KIND,
        "subtitle": sections.SUBTITLE,
        "footer": f"{facts.pics.product.designation[:80]}. {sections.SELF_TEST}",
        "interrupted": "" if facts.run.complete else sections.INTERRUPTED,
        "remarks": facts.run.remarks[:_LONGEST_LIST],
        "identity": [[row.name, row.text] for row in sections.identity(facts)],
        "result": _toned(summary.overall(facts)),
        "headline": summary.headline(facts),
        "functionalities": [[row.name, _toned(row.outcome)] for row in summary.functionality_results(facts)],
        "attestation": sections.attestation(facts),
        "selftest": sections.SELF_TEST,
        "disclaimer": sections.DISCLAIMER,
        "applied": _table("", [row.name for row in applied], (4, 3, 4), [[row.value for row in applied]]),
        "parts": list(_parts(facts)),
    }


def _parts(facts: Facts) -> Iterator[Part]:
    yield {"kind": "break"}
    yield from _to_act_on(facts)
    yield _heading("Abstract of test report")
    yield _pairs("OCPP 1.6 conformance test", sections.abstract(facts))
    yield _heading("Test result summary", 2)
    yield _summary(facts)
    yield _heading("Performance measurement results")
    yield from _performance(facts)
    yield _heading("Test configuration")
    yield _pairs("What was tested, with what", sections.configuration(facts))
    yield _heading("Limits and settings", 2)
    yield _settings(facts)
    yield from _connections(facts)
    yield from _handshakes(facts)
    yield from _rules(facts)
    yield from _not_run(facts)
    if remarks.remarks(facts):
        yield _heading("Remarks", 2)
        yield {"kind": "list", "items": remarks.remarks(facts)}
    yield _heading("Statement of approval")
    yield {"kind": "text", "text": sections.APPROVAL}
    yield _signatures(facts)
    yield from _cases(facts)
    yield from _pack(facts)
    yield from proofs(facts)


def _heading(text: str, level: int = 1) -> Part:
    return {"kind": "heading", "level": level, "text": text}


def _note(text: str) -> Part:
    return {"kind": "note", "text": text}


def _table(
    caption: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Any]], numbers: Sequence[int] = ()
) -> Part:
    """A table; ``widths`` are shares of the line, ``numbers`` the columns that hold figures."""
    return {
        "kind": "table",
        "caption": caption,
        "head": list(head),
        "widths": list(widths),
        "numbers": list(numbers),
        "rows": list(rows),
    }


def _pairs(caption: str, rows: Iterable[sections.Row]) -> Part:
    values = [[row.name, row.text] for row in rows]
    return {"kind": "pairs", "caption": caption, "rows": values}


def _toned(word: str) -> dict[str, str]:
    """A verdict or result with its sign and colour."""
    return {"text": f"{wording.sign_of(word)}\N{NO-BREAK SPACE}{word}", "tone": word.lower().replace(" ", "-")}


def _to_act_on(facts: Facts) -> Iterator[Part]:
    rows = [[_toned(block.word), _cause(block), _cost(block)] for block in blocks(facts)]
    if rows:
        yield _heading("To act on")
        caption = "One row to each cause. Frames and all findings stand in certificate.html."
        yield _table(caption, ("Verdict", "Cause", "What it costs"), (3, 9, 8), rows)


def _cause(block: Block) -> str:
    """What was found, and where it was seen first."""
    apart = f"required {block.required}, observed {block.observed}" if block.required or block.observed else ""
    return "\n".join(filter(None, (block.title, apart, *block.breaches[:3], block.place)))


def _cost(block: Block) -> str:
    """The cases a cause costs and the rules it breaks."""
    lost = [f"{word} {wording.counted(len(cases), 'case')}: {_ids(cases)}" for word, cases in block.costs]
    return "\n".join([*lost, *([f"breaks {breaks(block)}"] if block.rules else [])])


def _ids(cases: Sequence[CaseFact]) -> str:
    return ", ".join(case.id for case in cases)


def _summary(facts: Facts) -> Part:
    claims = {True: "yes", False: "no", None: "not declared"}
    rows = [
        [row.name, _toned(row.outcome), row.description, claims[row.declared], row.tally]
        for row in summary.functionality_results(facts)
    ]
    return _table(
        "Results per functionality. “Pass” means that every case of the document was looked at, and none failed.",
        ("Functionality", "Result", "Description", "Declared", "Cases"),
        (5, 3, 8, 3, 4),
        rows,
    )


def _performance(facts: Facts) -> Iterator[Part]:
    clocks = " and ".join(timing.clocks(facts))
    figures = sections.figures(facts)
    yield _table(
        "Measured from the write of a CALL to the arrival of its answer"
        f"{f', by the {clocks} clock' if clocks else ''}. Measured values change no verdict.",
        ("Name", "PICS value", "Measured value", "Exactly", "Samples", "Median, p95, p99", "Description"),
        (5, 3, 3, 4, 3, 4, 6),
        [_figure(figure) for figure in figures],
    )
    if any(figure.stalled for figure in figures):
        yield _note(sections.DISTURBED)
    if sections.stall_note(facts):
        yield _note(sections.stall_note(facts))
    if sections.stamp_note(facts):
        yield _note(sections.stamp_note(facts))
    probed = [[row.name, row.declared, row.value, str(row.samples), row.about] for row in probing.rows(facts)]
    if probed:
        heads = ("Name", "PICS value", "Measured value", "Samples", "How")
        yield _table(f"{probing.HEADING}. {probing.ABOUT}", heads, (5, 3, 8, 2, 6), probed)
    yield from _waits(facts)


def _figure(figure: timing.Figure) -> list[str]:
    measured = ["–", "not measured", "0", "–"]
    if figure.spread:
        spread = figure.spread
        measured = [
            timing.clock_text(spread.maximum),
            timing.milliseconds(spread.maximum) + (" †" if figure.stalled else ""),
            str(spread.count),
            "\n".join(map(timing.milliseconds, (spread.median, spread.p95, spread.p99))),
        ]
    about = " ".join((figure.description, *sections.caveats(figure)))
    return [figure.name, timing.plain_seconds(figure.declared), *measured, about]


def _waits(facts: Facts) -> Iterator[Part]:
    actions, initiated = timing.action_timings(facts), timing.initiated_timings(facts)
    if actions:
        rows = [[row.action, *_spread(row.spread), str(row.late), str(row.unanswered)] for row in actions]
        heads = ("Action", "Count", "Min", "Median", "p95", "p99", "Max", "Late", "No answer")
        yield _table(
            "The wait for an answer, per action of the Charge Point, in milliseconds",
            heads,
            (12, 3, *(5,) * 5, 3, 5),
            rows,
            range(1, 9),
        )
    if initiated:
        rows = [[row.action, row.adapter or "–", *_spread(row.spread)] for row in initiated]
        yield _table(
            "What the CSMS initiated: from the trigger to the arrival of the CALL. It holds a person or an API, and "
            "judges nobody. In milliseconds.",
            ("Action", "Triggered by", "Count", "Min", "Median", "p95", "p99", "Max"),
            (12, 6, 3, *(5,) * 5),
            rows,
            range(2, 8),
        )


def _spread(spread: timing.Spread | None) -> list[str]:
    if spread is None:
        return ["0", *("–",) * 5]
    values = (spread.minimum, spread.median, spread.p95, spread.p99, spread.maximum)
    return [str(spread.count), *map(timing.milliseconds_number, values)]


def _settings(facts: Facts) -> Part:
    rows = [[name, declared or "–", observed or "–"] for name, declared, observed in sections.settings(facts)]
    return _table(
        "Limits and settings outside OCPP that matter for the test",
        ("Limit / setting", "Declared", "Observed on the wire"),
        (5, 3, 4),
        rows,
    )


def _handshakes(facts: Facts) -> Iterator[Part]:
    tried = handshakes.rows(facts)
    if tried:
        yield _heading(handshakes.HEADING, 2)
        rows = [[one.tried, one.came, one.right, one.case.id, _toned(one.word)] for one in tried]
        yield _table(handshakes.ABOUT, handshakes.HEAD, (5, 6, 6, 4, 3), rows)


def _connections(facts: Facts) -> Iterator[Part]:
    if not facts.connections:
        return
    rows = [
        [
            one.charge_point,
            "–" if one.security_profile is None else str(one.security_profile),
            one.subprotocol or "none",
            one.tls_version or "no TLS",
            one.cipher or "–",
            one.clock,
        ]
        for one in sections.connections(facts)
    ]
    yield _heading("Connections", 2)
    yield _table(
        wording.counted(len(facts.connections), "accepted handshake"),
        ("Charge Point", "Profile", "Subprotocol", "TLS", "Cipher suite", "Clock"),
        (4, 2, 3, 2, 5, 2),
        rows[:_LONGEST_LIST],
    )


def _rules(facts: Facts) -> Iterator[Part]:
    for _, heading, about, rules in sections.rule_groups(facts):
        yield _heading(heading, 2)
        yield _table(
            about,
            ("Rule", "Verdict", "What it asks", "Clause", "Looked at"),
            (3, 3, 9, 4, 2),
            [[rule.id, _toned(rule.verdict), _asked(rule), rule.clause, str(rule.looked_at)] for rule in rules],
            (4,),
        )


def _asked(rule: RuleVerdict) -> str:
    """What a rule asks, and the first breaches and remarks of it."""
    shown = [f"· {text[:200]}" for text in listed(rule.breaches, rule.more, 3)]
    remarks = [f"· Remark: {text[:200]}" for text in listed(rule.remarks, rule.more_remarks, 3)]
    return "\n".join([rule.title, *shown, *remarks])


def _not_run(facts: Facts) -> Iterator[Part]:
    reasons = summary.not_run_reasons(facts)
    if reasons:
        yield _heading("What was not run, and why", 2)
        rows = [[reason, ", ".join(ids)] for reason, ids in reasons.items()]
        yield _table("", ("Reason", "Cases"), (1, 1), rows)


def _signatures(facts: Facts) -> Part:
    parties = [
        {"name": party, "rows": [[row.name, row.value] for row in rows]} for party, rows in sections.signatories(facts)
    ]
    return {"kind": "signatures", "caption": "", "parties": parties}


def _pack(facts: Facts) -> Iterator[Part]:
    if not facts.pack:
        return
    yield _heading(pack.HEADING)
    yield {"kind": "text", "text": f"{pack.ABOUT} {pack.sentence(facts)}"}
    yield _table(
        "By the clause of OCPP that each rests on. Steps, frames and findings stand in certificate.html.",
        ("Check", "Level", "Verdict", "Name", "Clause"),
        (3, 3, 4, 8, 6),
        [[case.id, case.level, _toned(pack.word_of(case)), case.name, case.section] for case in facts.pack],
    )


def _cases(facts: Facts) -> Iterator[Part]:
    yield _heading("All cases")
    if not facts.cases:
        yield {"kind": "text", "text": "No case was run."}
        return
    yield _table(
        f"{sections.both_verdicts(facts)} Steps and all frames stand in certificate.html.",
        ("Case", "By the specification", "By the tool’s habits", "Name", "Functionality", "Checks", "Seconds"),
        (6, 6, 6, 8, 5, 3, 4),
        [
            [
                case.id,
                _toned(wording.by_specification(case)),
                _toned(case.octt_verdict),
                case.name,
                case.functionality,
                str(case.checks),
                f"{case.seconds:.2f}",
            ]
            for case in facts.cases
        ],
        (5, 6),
    )
