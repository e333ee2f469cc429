"""``csms-harness lint``: what is wrong in scenario, target and PICS files, without connecting."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csms_harness.cli.common import USAGE, load
from csms_harness.cli.shared import Scenarios

if TYPE_CHECKING:
    from csms_harness.documents.nodes import Node
    from csms_harness.scenario.library import Library

Reader = Callable[[Path], Any]


def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Target, PICS, known failures or a scenario to check as well, by what they hold."),
    ] = None,
    scenarios: Scenarios = None,
    target: Annotated[
        list[Path] | None, typer.Option(help="A target file to check as well; may be given again.")
    ] = None,
    pics: Annotated[list[Path] | None, typer.Option(help="A PICS file to check as well; may be given again.")] = None,
) -> None:
    """Check scenarios, and other files if given. Exit 2 when something is wrong."""
    from csms_harness.resources import folder
    from csms_harness.scenario.lint import lint as lint_scenarios

    library = load(scenarios)
    names = _configured((*(files or ()), *(target or ())))
    texts = [str(remark) for remark in lint_scenarios(folder("scenarios"), scenarios, names)]
    texts += _mistakes(library, files or (), {"target": target or (), "pics": pics or ()})
    counts = [f"{len(library.cases) + len(library.pack)} cases", f"{len(library.states)} states"]
    others = [str(path) for path in (*(files or ()), *(target or ()), *(pics or ()))]
    print("\n".join(texts) or f"{', '.join((*counts, *others))}: nothing to remark")
    if texts:
        print(f"{len(texts)} mistake{'s' * (len(texts) != 1)}", file=sys.stderr)
        raise typer.Exit(USAGE)


def _mistakes(library: Library, files: Iterable[Path], named: Mapping[str, Iterable[Path]]) -> Iterator[str]:
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.documents.source import read_yaml

    readers = _readers(library, _configured((*files, *named.get("target", ()))))
    chosen = [(kind, path) for kind, paths in named.items() for path in paths]
    for path in files:
        try:
            chosen.append((_kind(read_yaml(path)), path))
        except Mistakes as mistakes:
            yield from map(str, mistakes.mistakes)
    for kind, path in chosen:
        try:
            readers[kind](path)
        except Mistakes as mistakes:
            yield from map(str, mistakes.mistakes)


def _configured(paths: Iterable[Path]) -> frozenset[str]:
    """The names that target files give under ``config``, as far as they can be read."""
    from csms_harness.documents.mistakes import Mistakes
    from csms_harness.documents.source import read_yaml

    found: set[str] = set()
    for path in paths:
        with suppress(Mistakes):
            root = read_yaml(path).members
            points = root["charge_points"].items if "charge_points" in root else ()
            configs = (one.get("config") for one in (root, *(point.members for point in points)))
            found.update(*(config.members for config in configs if config is not None))
    return frozenset(found)


def _readers(library: Library, configured: frozenset[str]) -> Mapping[str, Reader]:
    from csms_harness.runner.campaign import known_ids
    from csms_harness.scenario.demands import config_names
    from csms_harness.target.expected import read_expected
    from csms_harness.target.pics import read_pics
    from csms_harness.target.target import read_target

    return {
        "target": lambda path: read_target(path, config_names(library)),
        "pics": read_pics,
        "expected": lambda path: read_expected(path, known_ids(library)),
        "scenario": lambda path: _scenario(path, configured),
    }


def _scenario(path: Path, configured: frozenset[str]) -> None:
    """A scenario, with those of its folder laid over the shipped ones. Raises Mistakes for what is wrong in it."""
    from csms_harness.documents.mistakes import Mistake, Mistakes
    from csms_harness.resources import folder
    from csms_harness.scenario.lint import lint as lint_scenarios

    shipped = folder("scenarios")
    inside = path.resolve().is_relative_to(shipped.resolve())
    remarks = lint_scenarios(shipped, None if inside else path.parent, configured)
    here = [one for one in remarks if one.where.file.endswith(path.name)]
    if here:
        raise Mistakes(Mistake(one.where, one.text, "") for one in here)


def _kind(node: Node) -> str:
    """What a file is, by its keys: a target unless it shows to be something else."""
    if node.kind == "sequence":
        return "expected"
    if {"scenario", "state", "rule"} & set(node.members):
        return "scenario"
    return "pics" if {"product", "functionalities"} & set(node.members) else "target"
