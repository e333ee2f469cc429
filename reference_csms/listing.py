"""The lists of faults and noises, for people and for programs."""

from __future__ import annotations

import json
from typing import Any

from reference_csms.faults import FAULTS
from reference_csms.noise import NOISES

Row = dict[str, Any]


def faults() -> list[Row]:
    """All faults: name, group, what is wrong, the clause that breaks, and the cases and rules meant to catch it."""
    return [
        {
            "name": fault.name,
            "group": str(fault.group),
            "what": fault.what,
            "clause": fault.clause,
            "cases": list(fault.cases),
        }
        for fault in FAULTS.values()
    ]


def noises() -> list[Row]:
    """All noises: name and what happens."""
    return [{"name": noise.name, "what": noise.what} for noise in NOISES.values()]


def as_json(rows: list[Row]) -> str:
    """An array of objects."""
    return json.dumps(rows, indent=2, ensure_ascii=False)


def as_text(rows: list[Row]) -> str:
    """A line for each: the name, the group of a fault, and what happens."""
    width = max(len(row["name"]) for row in rows) + 2
    return "\n".join(f"{row['name']:{width}}{_group(row)}{row['what']}" for row in rows)


def _group(row: Row) -> str:
    return f"{row['group']:9}" if "group" in row else ""
