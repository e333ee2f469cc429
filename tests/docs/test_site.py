"""The documents as a site: every page has its place, the reference of the commands is whole. The build: make docs."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from csms_harness.cli.main import app
from csms_harness.target.schemas import SCHEMAS

ROOT = Path(__file__).parents[2]
MADE = {"cli.md"}


def pages(node: Any) -> Iterator[str]:
    """The pages of a part of the navigation."""
    if isinstance(node, str):
        yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from pages(one)


def test_every_page_has_a_place_in_the_navigation_and_is_there() -> None:
    placed = set(pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"])) - MADE
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert placed <= written
    assert {name for name in written - placed if not name.startswith("decisions/")} == set()


def test_the_reference_of_the_command_line_holds_every_command_and_option() -> None:
    text = runpy.run_path(str(ROOT / "tools" / "docs_site.py"))["reference"]()
    commands: dict[str, Any] = getattr(typer.main.get_command(app), "commands")  # noqa: B009  typer tells no type
    assert len(commands) > 15
    for name, command in commands.items():
        assert f"\n## {name}\n" in text
        for parameter in command.params:
            assert (
                getattr(parameter, "hidden", False)
                or f"`{parameter.opts[0]}`" in text
                or parameter.name.upper() in text
            )


@pytest.mark.parametrize("kind", ["facts", "target"])
def test_a_page_that_names_a_schema_shows_every_member_of_it(kind: str) -> None:
    hook = runpy.run_path(str(ROOT / "tools" / "docs_site.py"))
    (page,) = (path for path in (ROOT / "docs").glob("*.md") if f"<!-- schema: {kind} -->" in path.read_text("utf-8"))
    text = hook["on_page_markdown"](page.read_text("utf-8"))
    schema = SCHEMAS[kind]()
    assert "<!-- schema" not in text
    for name, part in {"The whole": schema, **schema["$defs"]}.items():
        members = part.get("properties", {})
        assert not members or f"\n### {name}\n" in text
        assert [one for one in members if f"\n| `{one}` | " not in text] == []
    assert set(re.findall(r"\]\(#(\w+)\)", text)) <= {name.lower() for name in schema["$defs"]}
