"""Everything against a Central System on the npm package ocpp-rpc: another language, another validator.

The package speaks, checks payloads and answers errors; what it answers with is ours (docs/interop.md).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.support.command_line import facts, harness, verdicts
from tests.support.peers import listening
from tests.support.targets import shipped, written

pytestmark = [pytest.mark.e2e, pytest.mark.interop]

PACKAGE = "ocpp-rpc@2.2.1"
PEER = Path(__file__).with_name("ocpp_rpc_peer.cjs")
INSTALLING = 120.0

WRONG = {"LINE_010", "LINE_031"}
REMARKED = {"FIELD_014", "FIELD_027", "LINE_032", "LINE_038", "LINE_040", "NEG_005"}
"""What it fails, and what is remarked on: docs/interop.md says why."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which node finds the package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("there is no node here, or no npm")
    place = tmp_path_factory.mktemp("node")
    words = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(place), PACKAGE]
    try:
        done = subprocess.run(words, capture_output=True, check=False, timeout=INSTALLING, text=True)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install {PACKAGE} within {INSTALLING:.0f} s")
    if done.returncode:
        pytest.skip(f"npm did not install {PACKAGE}: {done.stderr.strip()[:200]}")
    return place


def test_it_passes_the_document_and_what_lies_beyond(installed: Path, tmp_path: Path) -> None:
    port_file = tmp_path / "ports.json"
    modules = {"NODE_PATH": str(installed / "node_modules")}
    with listening(["node", PEER, port_file], port_file, modules, code=-signal.SIGTERM) as ports:
        target = written(shipped("ready/ocpp-rpc.yaml", ports), tmp_path)
        ended = harness("run", "all", "--target", target, "--out", tmp_path / "run", "--lanes", "1", deadline=300.0)
    assert (ended.code, ended.is_clean) == (1, True), ended.said
    run = facts(tmp_path / "run")
    assert Counter(verdicts(tmp_path / "run").values()) == {"PASS": 62, "NOT APPLICABLE": 15}
    found = {case["id"]: case["level"] for case in run["pack"] if case["verdict"] not in ("PASS", "NOT APPLICABLE")}
    assert {case_id for case_id, level in found.items() if level == "must"} == WRONG
    assert {case_id for case_id, level in found.items() if level != "must"} == REMARKED
    assert [rule["id"] for rule in run["rules"] if rule["verdict"] == "FAIL"] == []
