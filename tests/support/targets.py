"""Target files for Central Systems that listen on ports of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from csms_harness.resources import folder
from csms_harness.runner.reference import Ports


def shipped(name: str, ports: Ports) -> dict[str, Any]:
    """A shipped target file with the ports of a running Central System, which needs no breath."""
    text = (folder("targets") / name).read_text("utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    api = content["triggers"]["default"]["http"]
    _, _, _, path = api["url"].split("/", 3)
    api["url"] = f"{ports.api_url}/{path}"
    hurried = content.get("deadlines", {}) | {"reboot": "0 s", "settle": "0 s", "calls": "0 s"}
    return content | {"url": ports.ocpp_url, "deadlines": hurried}


def written(content: Mapping[str, Any], place: Path, name: str = "target.yaml") -> Path:
    """Write a target file into a folder and return its path."""
    path = place / name
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True), "utf-8")
    return path


def reference_target(ports: Ports, place: Path, **changes: Any) -> Path:
    """The target file of the reference CSMS, with other sections in the place of its own."""
    return written(shipped("reference.yaml", ports) | changes, place)
