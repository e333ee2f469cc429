"""Where faults and noises are declared: every one of them has a line, and that line makes something."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from reference_faults.deviation import Deviation
from reference_faults.faults import FAULTS
from reference_faults.listing import explanation, page
from reference_faults.noise import NOISES
from reference_faults.origin import MAKERS, PACKAGE, here

ALL: dict[str, Deviation] = {**FAULTS, **NOISES}


@cache
def _calls(module: str) -> dict[int, set[str]]:
    """By line of a module: the functions around the calls that begin there; a module body is `<module>`."""
    found: dict[int, set[str]] = {}
    pending: list[tuple[ast.AST, str]] = [(ast.parse((PACKAGE / module).read_text("utf-8")), "<module>")]
    while pending:
        node, function = pending.pop()
        if isinstance(node, ast.Call):
            found.setdefault(node.lineno, set()).add(function)
        inner = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else function
        pending.extend((child, inner) for child in ast.iter_child_nodes(node))
    return found


def test_every_fault_and_noise_is_explained_with_a_line_that_makes_it() -> None:
    nowhere = [
        name
        for name, deviation in ALL.items()
        if deviation.origin.function not in _calls(deviation.origin.module).get(deviation.origin.line, ())
    ]
    assert nowhere == []
    for name, deviation in ALL.items():
        told = page(deviation)
        assert told.startswith(f"{name}\n")
        assert f"{deviation.origin.module}:{deviation.origin.line}" in told
        assert explanation(deviation)["name"] == name


def test_a_fault_of_a_table_is_declared_where_the_end_of_its_name_stands() -> None:
    for name, ending in (
        ("call-trailing-comma", "trailing-comma"),
        ("heartbeat-clock-year-2001", "year-2001"),
        ("clear-charging-profile-all-but-one", "all-but-one"),
        ("set-charging-profile-stack-level-negative", "stack-level-negative"),
        ("late-farewell", "late-farewell"),
        ("offset-behind", "offset-behind"),
        ("keys-after-authorize", "keys-after-authorize"),
    ):
        origin = ALL[name].origin
        lines = (PACKAGE / origin.module).read_text("utf-8").splitlines()[origin.line - 1 : origin.line + 1]
        assert f'"{ending}"' in " ".join(lines), (name, origin)


def test_no_fault_is_declared_by_a_module_that_only_makes_them() -> None:
    assert [module for module in MAKERS if not (PACKAGE / module).is_file()] == []
    assert {deviation.origin.module for deviation in ALL.values()}.isdisjoint(MAKERS)


def test_what_no_table_declares_has_no_origin() -> None:
    with pytest.raises(LookupError, match="no table of reference_faults declares this"):
        here()
