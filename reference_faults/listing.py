"""The lists of faults and noises, and the page about one of them: for people and for programs."""

from __future__ import annotations

import json
from typing import Any

from reference_faults.deviation import Deviation
from reference_faults.faults import FAULTS, Fault
from reference_faults.faults.tls import TLS_FAULTS
from reference_faults.noise import NOISES

Row = dict[str, Any]


def faults() -> list[Row]:
    """All faults: name, group, what is wrong, the clause that breaks, and the cases and rules meant to catch it."""
    return [_row(fault) for fault in {**FAULTS, **TLS_FAULTS}.values()]


def noises() -> list[Row]:
    """All noises: name and what happens."""
    return [{"name": noise.name, "what": noise.what} for noise in NOISES.values()]


def explanation(deviation: Deviation) -> Row:
    """All that is known of one fault or noise, with the line that declares it; a noise has no clause and no cases."""
    row = _row(deviation) if isinstance(deviation, Fault) else _row_of_noise(deviation)
    origin = deviation.origin
    return row | {"module": origin.module, "line": origin.line, "function": origin.function}


def as_json(rows: list[Row] | Row) -> str:
    """An array of objects, or one object."""
    return json.dumps(rows, indent=2, ensure_ascii=False)


def as_text(rows: list[Row]) -> str:
    """A line for each: the name, the group of a fault, and what happens."""
    width = max(len(row["name"]) for row in rows) + 2
    return "\n".join(f"{row['name']:{width}}{_group(row)}{row['what']}" for row in rows)


def page(deviation: Deviation) -> str:
    """What one fault or noise is about, a fact a line."""
    row = explanation(deviation)
    facts = {
        "what": row["what"],
        "group": row["group"],
        "clause": row["clause"] or "none: it is legal",
        "caught by": ", ".join(row["cases"]) or "nothing: no case may fail on it",
        "made in": str(deviation.origin),
    }
    return "\n".join([row["name"], *(f"  {name:<11}{fact}" for name, fact in facts.items())])


def _row(fault: Fault) -> Row:
    return {
        "name": fault.name,
        "group": str(fault.group),
        "what": fault.what,
        "clause": fault.clause,
        "cases": list(fault.cases),
    }


def _row_of_noise(noise: Deviation) -> Row:
    return {"name": noise.name, "group": "noise", "what": noise.what, "clause": "", "cases": []}


def _group(row: Row) -> str:
    return f"{row['group']:9}" if "group" in row else ""
