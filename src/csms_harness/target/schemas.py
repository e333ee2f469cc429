"""JSON Schemas of the files people write and of the facts of a run: made from the models that read them.

Each has a version of its own, which grows when a file that was right no longer is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pydantic import TypeAdapter

from csms_harness.record.facts import FACTS_VERSION
from csms_harness.report.write import facts_schema
from csms_harness.scenario.editor_schema import editor_schema
from csms_harness.target.expected import KnownFailure
from csms_harness.target.pics import Pics
from csms_harness.target.target import Target

VERSION: Final = 1


def _of(name: str, version: int, made: dict[str, Any]) -> dict[str, Any]:
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:csms-harness:{name}:{version}"}
    return {**head, **{key: value for key, value in made.items() if key not in head}}


def _target() -> dict[str, Any]:
    made = Target.model_json_schema()
    required = [name for name in made["required"] if name != "url"]
    either = [{"required": ["url"]}, {"required": ["security_profiles"]}]  # whose URLs are as good
    return _of(
        "target", VERSION, {**made, "required": required, "anyOf": either, "title": "A target file of csms_harness"}
    )


def _pics() -> dict[str, Any]:
    return _of("pics", VERSION, {**Pics.model_json_schema(), "title": "A PICS file of csms_harness"})


def _expected() -> dict[str, Any]:
    made = TypeAdapter(list[KnownFailure]).json_schema()
    return _of("expected", VERSION, {**made, "title": "Known failures of csms_harness"})


SCHEMAS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "scenario": editor_schema,
    "target": _target,
    "pics": _pics,
    "expected": _expected,
    "facts": lambda: _of("facts", FACTS_VERSION, facts_schema()),
}
"""How each schema is made, by the kind of file."""
