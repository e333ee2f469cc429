"""The kill matrix on paper: Markdown for the repository, one HTML page with rows of faults and columns of cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from csms_harness.matrix.table import Row, Table

COMMAND = "csms-harness faults --out docs"

_INTRODUCTION = f"""\
# The kill matrix

Which defect does each check catch? The reference CSMS is made wrong on purpose, one named fault at a time, and every
implemented case is run against it, in memory and in virtual time. A fault counts only when it was seen on the wire. It
is *killed* when at least one case or standing rule fails. One exception: a fault that refuses the handshake or agrees
on another subprotocol counts as killed when a case is INCONCLUSIVE, because no case may FAIL on a connection that was
never had (such a run exits 4, not 1). Legal noise must cause neither.

This page is what `{COMMAND}` writes; the tests hold every line of it on every change.
"""


def markdown(table: Table) -> str:
    """The whole matrix as Markdown; the same text for the same table."""
    return "\n".join([_INTRODUCTION, *_figures(table), *_gaps(table), *_faults(table), *_noises(table), *_cases(table)])


def _figures(table: Table) -> Iterator[str]:
    landed = [row for row in table.faults if row.landed]
    killed = [row for row in landed if row.kills]
    quiet = [row for row in table.noises if not row.kills]
    yield "| | |\n|---|---|"
    yield f"| faults | {len(table.faults)} |"
    yield f"| seen on the wire | {len(landed)} |"
    yield f"| killed | {len(killed)} |"
    yield f"| legal noises | {len(table.noises)} |"
    yield f"| noises that fail nothing | {len(quiet)} |"
    yield f"| cases | {len(table.cases)} |"
    yield f"| cases beyond the document | {len(table.pack)} |"
    yield f"| fewest faults that fail a case | {min((len(table.killers(case)) for case in table.cases), default=0)} |\n"


def _gaps(table: Table) -> Iterator[str]:
    gaps = table.gaps()
    if gaps:
        yield "## Gaps\n"
        yield from (f"- {_cell(gap)}" for gap in gaps)
        yield ""


def _faults(table: Table) -> Iterator[str]:
    for group, rows in groupby(table.faults, key=lambda row: row.group):
        yield f"## Faults: {group}\n"
        yield "| fault | what is wrong | killed by |\n|---|---|---|"
        yield from (fault_line(row) for row in rows)
        yield ""


def fault_line(row: Row) -> str:
    """The line of one fault: its first killer with the check, and who else failed."""
    if not row.kills:
        return f"| `{row.name}` | {_cell(row.what)} | nothing |"
    first, *others = row.kills
    more = f"; also {_short(kill.by for kill in others)}" if others else ""
    return f"| `{row.name}` | {_cell(row.what)} | {first.by}: {_cell(first.check)}{more} |"


def _short(names: Iterable[str], most: int = 6) -> str:
    listed = [name.removesuffix("_CSMS") for name in names]
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")


def _noises(table: Table) -> Iterator[str]:
    yield "## Legal noise\n"
    yield "| noise | what happens | fails |\n|---|---|---|"
    for row in table.noises:
        yield f"| `{row.name}` | {_cell(row.what)} | {_short(kill.by for kill in row.kills) or 'nothing'} |"
    yield ""


def _cases(table: Table) -> Iterator[str]:
    yield "## Cases and rules\n"
    yield "| case or rule | failed by so many faults | for example |\n|---|---|---|"
    for name in (*table.cases, *table.pack, *table.rules):
        killers = table.killers(name)
        # Faults that fail only a few cases say more about a case than those that fail all.
        telling = sorted(killers, key=lambda killer: (len(_row(table, killer).kills), killer))
        yield f"| {name} | {len(killers)} | {', '.join(f'`{one}`' for one in telling[:2]) or 'none'} |"
    yield ""


def _row(table: Table, name: str) -> Row:
    return next(row for row in table.faults if row.name == name)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def html(table: Table) -> str:
    """The whole matrix as one page: rows faults, columns cases and rules, a mark where a fault was killed."""
    columns = (*table.cases, *table.pack, *table.rules)
    heads = "".join(f'<th scope="col"><span>{escape(name.removesuffix("_CSMS"))}</span></th>' for name in columns)
    rows = "\n".join(_html_row(row, columns) for row in (*table.faults, *table.noises))
    gaps = "".join(f"<li>{escape(gap)}</li>" for gap in table.gaps())
    killed = sum(bool(row.landed and row.kills) for row in table.faults)
    return _PAGE.format(
        killed=killed,
        faults=len(table.faults),
        noises=len(table.noises),
        cases=len(table.cases),
        gaps=f"<h2>Gaps</h2><ul>{gaps}</ul>" if gaps else "",
        heads=heads,
        rows=rows,
    )


def _html_row(row: Row, columns: Iterable[str]) -> str:
    checks = {kill.by: kill.check for kill in row.kills}
    cells = "".join(
        f'<td class="k" title="{escape(row.name)}: {escape(name)}: {escape(checks[name])}">●</td>'
        if name in checks
        else "<td></td>"
        for name in columns
    )
    state = "" if row.kills or row.group == "noise" else ' class="gap"'
    return f'<tr{state}><th scope="row" title="{escape(row.what)}">{escape(row.name)}</th>{cells}</tr>'


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Kill matrix of csms_harness</title><style>
:root {{ color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif; }}
body {{ margin: 2rem; }}
.scroll {{ overflow: auto; max-height: 85vh; }}
table {{ border-collapse: collapse; }}
thead th {{ position: sticky; top: 0; background: Canvas; height: 8rem; vertical-align: bottom; }}
thead span {{ writing-mode: vertical-rl; transform: rotate(180deg); font-weight: normal; }}
tbody th {{ position: sticky; left: 0; background: Canvas; text-align: left; white-space: nowrap; }}
tbody th {{ font-weight: normal; }}
td {{ border: 1px solid color-mix(in srgb, currentColor 15%, transparent); width: 1.1rem; text-align: center; }}
td.k {{ color: #1f6f43; }}
tr.gap th {{ font-weight: bold; }}
@media (prefers-color-scheme: dark) {{ td.k {{ color: #7fd1a5; }} }}
</style></head><body><main>
<h1>Kill matrix</h1>
<p>{killed} of {faults} faults killed by {cases} cases and the standing rules; {noises} legal noises at the end of the
table must fail nothing. A mark says which check failed; hold the pointer on it.</p>
{gaps}
<div class="scroll" tabindex="0" role="region" aria-label="Faults and cases"><table>
<thead><tr><th scope="col">fault</th>{heads}</tr></thead>
<tbody>
{rows}
</tbody></table></div></main></body></html>
"""
