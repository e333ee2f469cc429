"""The coverage on paper: lines for a terminal, Markdown for docs/coverage.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from csms_harness.matrix.coverage import Covered, of_ocpp, share

COMMAND: Final = "csms-harness coverage --format markdown"
FEW: Final = 3
"""Cases that a line of the table names."""

_INTRODUCTION: Final = f"""\
# What the Charge Point sends

A Central System can only be tried with what it is sent. This page lists every member of every message that a Charge
Point may send, its requests and its answers, how many of the values of its enumeration the scenarios send, and in which
cases. It is measured: all cases are played in virtual time against the reference CSMS, and the frames are read. A
message that is wrong on purpose covers nothing. The certification cases send what their document says; what it leaves
open is sent by the checks [beyond the document](beyond.md).

```
csms-harness coverage
csms-harness coverage MeterValues
csms-harness coverage --format json
```

The page is what `{COMMAND}` prints, and a test holds it.
"""


def markdown(covered: Sequence[Covered]) -> str:
    """The page: the same text for the same coverage."""
    return "\n".join([_INTRODUCTION, *_figures(covered), "", *_table(covered)]) + "\n"


def _figures(covered: Sequence[Covered]) -> Iterator[str]:
    core = of_ocpp(covered)
    security = [one for one in covered if one not in core]
    yield "| messages of | members sent | values sent |\n|---|---|---|"
    for name, part in (("OCPP 1.6", core), ("the security whitepaper", security)):
        sent, all_, values, of = share(part)
        yield f"| {name} | {sent} of {all_} | {values} of {of} |"


def _table(covered: Sequence[Covered]) -> Iterator[str]:
    yield "| message | member | values | sent by |\n|---|---|---|---|"
    for one in covered:
        yield f"| {_title(one)} | {one.member.path} | {_values(one)} | {_cases(one)} |"


def _title(one: Covered) -> str:
    return f"{one.action}.{one.direction}"


def _values(one: Covered) -> str:
    if not one.values:
        return ""
    return f"{len(one.values) - len(one.missing)} of {len(one.values)}"


def _cases(one: Covered) -> str:
    named = one.witnesses
    return ", ".join((*named[:FEW], *(("…",) if len(named) > FEW else ()))) or "–"


def lines(covered: Sequence[Covered], *, whole: bool) -> Iterator[str]:
    """The figures and what is missing; the ``whole`` of it names each member and value with its cases."""
    for one in covered:
        if whole or not one.complete:
            yield f"{_title(one)} {one.member.path}: {_some(one.cases) if one.cases else 'not sent'}"
        for value, cases in one.values.items():
            if whole or not cases:
                yield f"    {value}: {_some(cases) if cases else 'not sent'}"
    sent, all_, values, of = share(covered)
    yield f"{sent} of {all_} members and {values} of {of} values of enumerations are sent"


def _some(cases: Sequence[str]) -> str:
    more = f" and {len(cases) - FEW} more" if len(cases) > FEW else ""
    return ", ".join(cases[:FEW]) + more
