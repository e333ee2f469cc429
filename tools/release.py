# ruff: noqa: INP001 - a script, not part of a package
"""Builds what a release consists of, after looking whether it can be one: ``make dist``. See docs/releasing.md."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
_VERSION: Final = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
_HEADING: Final = re.compile(r"^## (?P<version>\S+)(?: - (?P<date>\d{4}-\d{2}-\d{2}))?$", re.MULTILINE)


def complaints(version: str, changelog: str, changed: str, tags: str) -> list[str]:
    """Why this tree is no release: a line for each reason, none where it is one.

    ``changed`` is what ``git status --porcelain`` prints, ``tags`` what ``git tag`` does.
    """
    found = []
    heading = _HEADING.search(changelog)
    if heading is None or heading["version"] != version or heading["date"] is None:
        stands = heading[0] if heading else "no heading"
        found.append(f"CHANGELOG.md begins with {stands!r}; write '## {version} - YYYY-MM-DD' over what is released.")
    if changed.strip():
        found.append("The tree has changes that are not committed; commit them, for the tag would not hold them.")
    if f"v{version}" in tags.split():
        found.append(f"The tag v{version} is there already; raise __version__ in src/csms_harness/_version.py.")
    return found


def main() -> int:
    """Say what is amiss, or build the wheel and the sdist into ``dist``."""
    version = _VERSION.search((ROOT / "src/csms_harness/_version.py").read_text("utf-8"))
    assert version is not None, "src/csms_harness/_version.py holds no version"
    wrong = complaints(
        version["version"], (ROOT / "CHANGELOG.md").read_text("utf-8"), _git("status", "--porcelain"), _git("tag")
    )
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    if wrong:
        return 2
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--directory", "dist"], cwd=ROOT, check=True)
    sys.stdout.write(f"dist/ holds version {version['version']}. Tag it: git tag -s v{version['version']}\n")
    return 0


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S603, S607


if __name__ == "__main__":
    sys.exit(main())
