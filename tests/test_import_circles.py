"""No module imports itself by a detour, not even for its types: a circle is one module in several files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import csms_harness

Sources = dict[str, str]


def sources_of(package: Path) -> Sources:
    """The text of every module below a package, by its dotted name."""
    files = sorted(package.rglob("*.py"))
    names = [".".join(file.relative_to(package.parent).with_suffix("").parts) for file in files]
    return {name.removesuffix(".__init__"): file.read_text("utf-8") for name, file in zip(names, files, strict=True)}


def imported(text: str, known: Sources) -> Iterator[str]:
    """The known modules that a text imports anywhere: in functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from [name for name in inner if name in known] or [node.module] * (node.module in known)


def circle(sources: Sources) -> str:
    """One import circle as "a → b → a"; empty when there is none."""
    graph = {name: set(imported(text, sources)) for name, text in sources.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " → ".join(reversed(error.args[1]))
    return ""


def test_no_module_of_the_harness_imports_itself_by_a_detour() -> None:
    sources = sources_of(Path(csms_harness.__file__).parent)
    assert len(sources) > 100
    assert circle(sources) == ""


@pytest.mark.parametrize(
    "back", ["import p.a", "if TYPE_CHECKING:\n    from p.a import A", "def f():\n    from p import a"]
)
def test_a_circle_is_named_however_it_is_closed(back: str) -> None:
    found = circle({"p": "", "p.a": "from p.b import B", "p.b": "from p import c", "p.c": back})
    assert sorted(set(found.split(" → "))) == ["p.a", "p.b", "p.c"]
    assert "p.a → p.b" in found
