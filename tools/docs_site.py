# ruff: noqa: INP001 - a hook, not part of a package
"""A hook of the documents' site: cli.md, made of the commands themselves, tables of schemas, the list of decisions."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

DECISIONS: Final = "decisions/README.md"


def on_config(config: Any) -> Any:
    """Put all decisions where the navigation names their first page. Called by mkdocs."""
    docs = Path(config["docs_dir"])
    pages = [DECISIONS, *sorted(path.relative_to(docs).as_posix() for path in (docs / "decisions").glob("0*.md"))]
    for section in config["nav"]:
        for entries in section.values() if isinstance(section, dict) else ():
            for entry in entries:
                if isinstance(entry, dict) and DECISIONS in entry.values():
                    entry["Decisions"] = pages
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the page. Called by mkdocs."""
    from mkdocs.structure.files import File  # noqa: PLC0415  only where the site is made

    files.append(File.generated(config, "cli.md", content=reference()))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the tables of a schema where a page names it. Called by mkdocs."""
    return re.sub(r"<!-- schema: (\w+) -->", lambda found: schema_tables(found[1]), markdown)


def schema_tables(kind: str) -> str:
    """The tables of a kind of file, as ``csms-harness schema KIND`` tells it."""
    from csms_harness.target.schemas import SCHEMAS  # noqa: PLC0415

    made: str = runpy.run_path(str(Path(__file__).with_name("docs_schemas.py")))["tables"](SCHEMAS[kind]())
    return made


def reference() -> str:
    """Every command as Markdown."""
    import typer  # noqa: PLC0415

    from csms_harness.cli.main import app  # noqa: PLC0415

    root = typer.main.get_command(app)
    head = "# The command line\n\nWhat `csms-harness COMMAND --help` says, of every command.\n"
    commands: dict[str, Any] = getattr(root, "commands", {})
    return "\n".join([head, *(part for name in sorted(commands) for part in _command(name, commands[name]))])


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{command.help or ''}\n"
    rows = [row for parameter in command.params for row in _rows(parameter)]
    if rows:
        yield "| option | what it is | default |\n|---|---|---|"
        yield from rows
        yield ""


def _rows(parameter: Any) -> Iterator[str]:
    if getattr(parameter, "hidden", False):
        return
    names = [*parameter.opts, *parameter.secondary_opts]
    if parameter.param_type_name == "argument":
        names = [str(parameter.name).upper()]
    default = parameter.default if isinstance(parameter.default, str | int | float) else ""
    shown = "" if default is False or default == "" else f"`{getattr(default, 'value', default)}`"
    said = " ".join(str(getattr(parameter, "help", "") or "").split()).replace("|", "\\|")
    yield f"| {', '.join(f'`{one}`' for one in names)} | {said} | {shown} |"
