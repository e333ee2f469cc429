"""The certificate under axe-core in a headless browser: light and dark, wide and narrow."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import pytest

from csms_harness.evidence import Sample
from csms_harness.report.certificate import certificate_html
from tests.report.realistic import facts

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = "axe-core@4.10.2"
DEADLINE = 120

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed")]

RUN = """
document.querySelectorAll("details").forEach(part => { part.open = true });
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify(found.violations.map(one => (
    {id: one.id, impact: one.impact, nodes: one.nodes.map(node => node.html)})));
  document.body.append(told);
});
"""


CUT = """
const told = document.createElement("pre");
told.id = "told";
told.textContent = JSON.stringify([...document.querySelectorAll(".scroll")]
  .filter(part => part.scrollWidth > part.clientWidth).map(part => part.getAttribute("aria-label")));
document.body.append(told);
"""
"""What has to be scrolled sideways."""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from the registry."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, and axe-core comes from there")
    folder = tmp_path_factory.mktemp("axe")
    packed = subprocess.run(
        ["npm", "pack", AXE, "--silent"], cwd=folder, capture_output=True, text=True, check=False, timeout=DEADLINE
    )
    archives = list(folder.glob("*.tgz"))
    if packed.returncode or not archives:
        pytest.skip(f"npm has no {AXE} here: {packed.stderr.strip()[-200:]}")
    with tarfile.open(archives[0]) as archive:
        script = archive.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def told_by(page: Path, width: int, *, dark: bool = False) -> list[Any]:
    """What the scripts of a page say when it is shown so wide."""
    assert BROWSER is not None
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    shown = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},2000",
            "--virtual-time-budget=60000", *scheme, "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=DEADLINE,
    )  # fmt: skip
    found = re.search(r'<pre id="told">(.*?)</pre>', shown.stdout, re.DOTALL)
    assert found, "the script did not come to its end"
    told: list[Any] = json.loads(html.unescape(found[1]))
    return told


def a_page(folder: Path, certificate: str, *scripts: str) -> Path:
    """A certificate with scripts in it, which its own policy would not let run."""
    document = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", certificate)
    page = folder / "certificate.html"
    added = "".join(f"<script>{script}</script>" for script in scripts)
    page.write_text(document.replace("</body>", f"{added}</body>"), "utf-8")
    return page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(axe: str, tmp_path: Path, width: int, dark: bool) -> None:
    assert told_by(a_page(tmp_path, certificate_html(facts()), axe, RUN), width, dark=dark) == []


def test_on_a_wide_page_no_table_is_cut_by_the_longest_name(tmp_path: Path) -> None:
    longest = Sample(action="SignedFirmwareStatusNotification", seconds=0.023917, resumed=0.024)
    everything = facts()
    first, *others = everything.cases
    seen = first.model_copy(update={"samples": (*first.samples, longest)})
    long = everything.model_copy(update={"cases": (seen, *others)})
    assert told_by(a_page(tmp_path, certificate_html(long), CUT), 1280) == []
