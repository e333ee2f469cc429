"""What ``make dist`` looks at before it builds a release."""

import runpy
from pathlib import Path

import pytest

complaints = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "release.py"))["complaints"]
READY = "# Changelog\n\n## 1.2.0 - 2026-11-26\n\n### Added\n"


def test_a_tree_that_is_a_release_has_nothing_against_it() -> None:
    assert complaints("1.2.0", READY, "", "v1.1.0\nv1.1.9\n") == []


@pytest.mark.parametrize(
    ("version", "changelog", "changed", "tags", "said"),
    [
        ("1.2.0", READY.replace("1.2.0 - 2026-11-26", "Unreleased"), "", "", "begins with '## Unreleased'"),
        ("1.2.0", READY.replace(" - 2026-11-26", ""), "", "", "write '## 1.2.0 - YYYY-MM-DD'"),
        ("1.3.0", READY, "", "", "begins with '## 1.2.0 - 2026-11-26'"),
        ("1.2.0", "# Changelog\n", "", "", "begins with 'no heading'"),
        ("1.2.0", READY, " M src/x.py\n", "", "not committed"),
        ("1.2.0", READY, "", "v1.1.0\nv1.2.0\n", "v1.2.0 is there already"),
    ],
)
def test_what_is_amiss_is_told(version: str, changelog: str, changed: str, tags: str, said: str) -> None:
    (line,) = complaints(version, changelog, changed, tags)
    assert said in line
