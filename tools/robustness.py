# ruff: noqa: INP001 - a script, not part of a package
"""Makes docs/robustness.md again, by a run against every hostile situation.

Run it from the root of the repository: make robustness.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, ".")

from tests.support.hostile.drive import complaints, read_results, usual
from tests.support.hostile.paper import page

PAGE: Final = Path("docs/robustness.md")


def main() -> int:
    """Run all situations and write the page; 1 when one of them came out otherwise than it must."""
    with tempfile.TemporaryDirectory(prefix="csms-harness-") as place:
        subprocess.run([sys.executable, "-m", "tests.support.hostile.drive", place], check=True)  # noqa: S603 - our own module
        results = read_results(Path(place))
    wrong = {name: complaints(one, usual(results)) for name, one in results.items()}
    for name, texts in wrong.items():
        for text in texts:
            sys.stderr.write(f"{name}: {text}\n")
    PAGE.write_text(page(results), "utf-8")
    bad = sum(map(bool, wrong.values()))
    sys.stderr.write(f"{PAGE}: {len(results)} situations, {bad} of them not as they must be\n")
    return int(any(wrong.values()))


if __name__ == "__main__":
    sys.exit(main())
