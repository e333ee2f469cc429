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

from csms_harness.report.certificate import certificate_html
from tests.report.realistic import facts

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
AXE = "axe-core@4.10.2"
DEADLINE = 120

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed, and axe-core comes from there"),
]

RUN = """
document.querySelectorAll("details").forEach(part => { part.open = true });
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const told = document.createElement("pre");
  told.id = "axe";
  told.textContent = JSON.stringify(found.violations.map(one => (
    {id: one.id, impact: one.impact, nodes: one.nodes.map(node => node.html)})));
  document.body.append(told);
});
"""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from the registry."""
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


def violations(page: Path, width: int, *, dark: bool) -> list[dict[str, Any]]:
    assert BROWSER is not None
    scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    shown = subprocess.run(
        [
            BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},2000",
            "--virtual-time-budget=60000", *scheme, "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=DEADLINE,
    )  # fmt: skip
    found = re.search(r'<pre id="axe">(.*?)</pre>', shown.stdout, re.DOTALL)
    assert found, "axe-core did not come to its end"
    told: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return told


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(axe: str, tmp_path: Path, width: int, dark: bool) -> None:
    document = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", certificate_html(facts()))
    page = tmp_path / "certificate.html"
    page.write_text(document.replace("</body>", f"<script>{axe}</script><script>{RUN}</script></body>"), "utf-8")
    found = violations(page, width, dark=dark)
    assert found == []
