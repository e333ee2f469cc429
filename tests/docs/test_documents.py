"""What the documents show is true: files load, commands exist, tables are complete, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import indent
from urllib.parse import urlsplit

import pytest
import trustme
import typer
from click import UsageError

from csms_harness.cli.main import app
from csms_harness.documents.durations import parse_duration
from csms_harness.documents.nodes import Node
from csms_harness.documents.source import parse_yaml
from csms_harness.documents.validation import validate
from csms_harness.runner.campaign import known_ids
from csms_harness.scenario.demands import needs
from csms_harness.scenario.load import parse_case, parse_state
from csms_harness.scenario.reading import RESERVED
from csms_harness.target.config import DEFAULTS
from csms_harness.target.deadlines import NAMES, Deadlines
from csms_harness.target.expected import read_expected
from csms_harness.target.materials import materials, requests_of
from csms_harness.target.passwords import NEW_KEY
from csms_harness.target.pics import Pics
from csms_harness.target.target import LIMIT_IN_WATTS, Target, parse_target
from csms_harness.triggers import config
from csms_harness.triggers.operator import OperatorDesk
from tests.runner.peer import library
from tests.triggers.control_api import ScriptedTerminal, book_of, wish

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "reports" / "samples" / "README.md"])

REACHABLE = "url: ws://localhost/ocpp\ncharge_points: [{id: CP_01}]\n"
HEAD = """\
id: TC_010_CSMS
name: From a document
section: "1"
edition: "2025-11"
profile: Core
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a document."""

    document: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def blocks(path: Path) -> Iterator[Block]:
    for found in re.finditer(r"^```(\w*)\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
        line = found.string[: found.start()].count("\n") + 1
        yield Block(path.relative_to(ROOT).as_posix(), line, found[1], found[2])


BLOCKS = [block for path in DOCUMENTS for block in blocks(path)]


def commands() -> Iterator[tuple[str, str]]:
    """Every command line of the harness: a line of a block, or code in a sentence."""
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        lines = [line for block in blocks(path) if not block.language for line in block.text.splitlines()]
        for line in (*lines, *re.findall(r"`([^`\n]+)`", text)):
            found = re.match(r"(?:\$ )?(?:\.venv/bin/)?csms-harness (.+)", line.strip())
            if found:
                yield path.name, found[1]


COMMANDS = sorted(set(commands()))


def test_the_documents_are_found() -> None:
    assert {path.name for path in DOCUMENTS} >= {"README.md", "connect-your-csms.md", "write-a-scenario.md"}
    assert len(COMMANDS) > 15
    assert sum(block.language == "yaml" for block in BLOCKS) > 15


# -- YAML -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [pytest.param(one, id=str(one)) for one in BLOCKS if one.language == "yaml"])
def test_every_yaml_block_loads_as_what_it_is(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in re.findall(r"env\.(\w+)", block.text):
        monkeypatch.setenv(name, "from-the-environment")
    for name in re.findall(r"file:([\w./]+)", block.text):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("from-a-file", "utf-8")
    for name in re.findall(r"ca_file: ([\w./]+)", block.text):
        (tmp_path / name).write_bytes(trustme.CA().cert_pem.bytes())
    made = trustme.CA().issue_cert("cp.example")
    alone, both = made.cert_chain_pems[0], made.private_key_and_cert_chain_pem
    for kind, pem in (
        (" certificate", alone),
        ("expired_certificate", both),
        ("early_certificate", both),
        ("key", made.private_key_pem),
    ):
        for name in re.findall(rf"{kind}_file: ([\w./]+)", block.text):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(pem.bytes())
    plugin = EntryPoint("acme", "acme:Acme", "csms_harness.triggers")
    monkeypatch.setattr(config, "installed_plugins", lambda: {"acme": plugin})
    read(block, parse_yaml(block.text, str(block)), tmp_path)


def read(block: Block, node: Node, folder: Path) -> None:
    keys, name = set(node.keys), str(block)
    if node.kind == "sequence" and all({"case", "until"} <= set(item.keys) for item in node.items):
        file = folder / "expected.yaml"
        file.write_text(block.text, "utf-8")
        read_expected(file, known_ids(library()))
    elif node.kind == "sequence":
        parse_case(f"{HEAD}scenario:\n{indent(saving(block.text) + block.text, '  ')}", name, library().states)
    elif "id" in keys:
        parse_case(block.text, name, library().states)
    elif "state" in keys:
        parse_state(block.text, name, library().states)
    elif keys == {"before"}:
        parse_case(f"{HEAD}{block.text}scenario: [{{send: Heartbeat}}]\n", name, library().states)
    elif keys <= set(Pics.model_fields):
        validate(Pics, node)
    elif keys <= set(Target.model_fields):
        parse_target(block.text if keys & {"url", "security_profiles"} else REACHABLE + block.text, name, folder)
    else:
        pytest.fail(f"{block} is no target, PICS, scenario or part of one: {sorted(keys)}")


def saving(steps: str) -> str:
    """A step that saves what a fragment takes from steps that it does not show."""
    used = set(re.findall(r"\$([a-z]\w*)(?![\w.])", steps)) - RESERVED
    missing = sorted(name for name in used if not re.search(rf"(save|for_each): {{.*\b{name}:", steps))
    return "".join(f"- {{send: BootNotification, save: {{{name}: interval}}}}\n" for name in missing)


@pytest.mark.parametrize("block", [pytest.param(one, id=str(one)) for one in BLOCKS if one.language == "python"])
def test_every_python_block_compiles(block: Block) -> None:
    compile(block.text, str(block), "exec")


# -- commands ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("document", "line"), COMMANDS)
def test_every_command_line_names_an_existing_command_and_its_options(document: str, line: str) -> None:
    name, *words = [word for word in shlex.split(line, comments=True) if word != "…"]
    root = typer.main.get_command(app)
    if name.startswith("--"):
        assert [name] in (option.opts for option in root.params), f"{document}: there is no csms-harness {name}"
        return
    command = root.commands.get(name)  # type: ignore[attr-defined]
    assert command is not None, f"{document}: there is no command csms-harness {name}"
    try:
        command.make_context(name, words)
    except UsageError as error:
        if "Missing" not in error.format_message() or words:  # a command alone, in a sentence, is only named
            pytest.fail(f"{document}: csms-harness {line}: {error.format_message()}")


# -- tables and samples -----------------------------------------------------------------------------------


def table(heading: str) -> dict[str, str]:
    """The first and the last column of the table under a heading of connect-your-csms.md."""
    text = (ROOT / "docs" / "connect-your-csms.md").read_text("utf-8").partition(f"\n## {heading}\n")[2]
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", text.partition("\n## ")[0], re.MULTILINE)
    return dict(rows)


def test_every_configured_name_is_explained_with_its_default() -> None:
    shown = table("What each name in `config` means")
    used = {name for case in library().cases.values() for name in needs(case, library().states)}
    assert set(shown) == used | set(DEFAULTS) | set(requests_of("CP_01"))
    made = ("made for the run", "made for each case")
    given = set(DEFAULTS) | {name for name, default in shown.items() if default in made}
    assert given == set(DEFAULTS) | set(materials()) | set(requests_of("CP_01")) | {NEW_KEY}
    assert {name for name, default in shown.items() if default == "none"} == set(shown) - given
    plain = {name: value for name, value in DEFAULTS.items() if name != "charging_limit"}
    assert {name: shown[name] for name in plain} == {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in plain.items()
    }
    assert shown["charging_limit"] == f"{DEFAULTS['charging_limit']:g} A, {LIMIT_IN_WATTS:g} W"


def test_every_deadline_is_explained_with_its_default() -> None:
    shown = table("Deadlines")
    assert tuple(shown) == NAMES
    for name in ("action", "operator", "connection", "close", "pace"):
        assert parse_duration(shown[name]) == getattr(Deadlines(), name)
    assert shown["response"].startswith(f"{Deadlines().response:g} s")


async def test_the_prompt_is_the_one_that_the_document_shows() -> None:
    (shown,) = (block.text.splitlines() for block in BLOCKS if block.text.startswith("CP_01 · ReserveNow"))
    terminal = ScriptedTerminal("d")
    request = wish("ReserveNow", connectorId=1, idTag="TAG-001", expiryDate="2026-01-31T14:30:00.000Z")
    today = OperatorDesk(terminal, lambda: datetime(2026, 1, 31, 12, 0, tzinfo=UTC))
    await book_of(desk=today).perform(request, 180.0)
    assert [*terminal.lines, terminal.statuses[0]] == shown


# -- links ------------------------------------------------------------------------------------------------


OUTWARD = {"keepachangelog.com", "semver.org"}
"""Sites that a document may send its reader to; package indexes and their hosts are none."""


def links(path: Path) -> Iterator[str]:
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"\]\(<?([^)\s>]+)", text)
    yield from re.findall(r"^\[[^\]]+\]:\s*(\S+)", text, re.MULTILINE)
    yield from re.findall(r"<(https?://[^>\s]+)>", text)


def anchors(path: Path) -> set[str]:
    """What a heading is called in a link: in lower case, without punctuation, with hyphens for blanks."""
    headings = re.findall(r"^#+ +(.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(path: Path, link: str) -> bool:
    address = urlsplit(link)
    if address.netloc:
        return address.hostname in OUTWARD
    file = path.parent / address.path if address.path else path
    return file.exists() and (not address.fragment or address.fragment in anchors(file))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    assert [link for link in links(path) if not leads_somewhere(path, link)] == []


@pytest.mark.parametrize(
    "link", ["missing.md", "#nowhere", "../README.md#nowhere", "https://index.example/project/x/", "//localhost/x"]
)
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    document = ROOT / "docs" / "interop.md"
    assert not leads_somewhere(document, link)
    assert leads_somewhere(document, "../README.md")
    assert leads_somewhere(document, "#what-it-is")


def test_every_module_that_the_architecture_names_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    packages = {path.name for path in (ROOT / "src" / "csms_harness").iterdir() if (path / "__init__.py").exists()}
    named = [tuple(words.split(".")) for words in re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", text)]
    modules = [words[:2] for words in named if words[0] in packages]
    assert len(modules) > 5
    assert [
        words for words in modules if not (ROOT / "src" / "csms_harness" / words[0] / f"{words[1]}.py").exists()
    ] == []
