"""The page about the reference CSMS: what it says of seams, modules and explanations is so."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import reference_csms
from reference_csms.seams import Seams
from reference_faults.choosing import deviation_named
from reference_faults.deviation import Ledger
from reference_faults.listing import page

PAGE = (Path(__file__).parents[2] / "docs" / "reference-csms.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| [^|]+ \| `([\w-]+)` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("seam", "name"), ROWS)
def test_an_example_hooks_into_the_seam_of_its_row(seam: str, name: str) -> None:
    assert getattr(deviation_named(name).make(Ledger()), seam) != ()


def test_the_table_names_every_seam() -> None:
    assert [seam for seam, _ in ROWS] == list(Seams.__dataclass_fields__)


def test_what_is_shown_of_an_explanation_is_what_is_printed() -> None:
    (name, shown) = re.findall(r"^\$ reference-csms --explain (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
    printed = page(deviation_named(name)).splitlines()
    for line, pattern in zip(printed, shown.splitlines(), strict=True):
        assert fnmatchcase(line, pattern.replace("…", "*")), line


def test_every_module_of_the_layout_is_there() -> None:
    folder = Path(reference_csms.__file__).parent
    (layout,) = [block for block in re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL) if "──" in block]
    named = {word for line in layout.splitlines() for word in re.findall(r"\w+", line.partition("──")[0])}
    assert len(named) > 8
    assert [name for name in named if not (folder / name).is_dir() and not (folder / f"{name}.py").is_file()] == []
