"""``probe_tls``: which suites and versions the Central System speaks, each in a handshake of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.scenario.model import Probe, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.payload_schema import matcher_schema
from csms_harness.scenario.shapes import TLS
from csms_harness.scenario.verbs.keys import EXPECT, OBSERVE
from csms_harness.scenario.verbs.verb import Verb, Written


def _probe(step: Written) -> Step:
    if step.operand.value is not None or step.operand.kind != "scalar":
        hint = "'expect' and 'observe' stand beside it, in its column"
        step.wrong(step.operand, f"'probe_tls' must be empty, not {step.operand}", hint)
    return Probe(**step.common, expect=step.matcher("expect", TLS), observe=step.matcher("observe", TLS))


def _rows(step: Probe, page: Page) -> Iterator[Row]:
    left = (f"{page.label(step)}tries each TLS suite and version in a handshake of its own",)
    yield page.both(left, (*page.demands("expects", step.expect), *page.demands("observes", step.observe)))


PROBE_TLS: Final = Verb(
    "probe_tls", "Try each TLS suite of the whitepaper and each version, in a handshake of its own.", Probe,
    {"enum": [None]}, _probe, _rows,
    keys=(EXPECT, OBSERVE), own={"expect": matcher_schema(TLS), "observe": matcher_schema(TLS)},
    is_check=lambda step: step.expect is not None,
)  # fmt: skip
