"""``probe_tls``: which suites and versions the Central System speaks, each in a handshake of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.scenario.model import Probe, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.payload_schema import matcher_schema
from csms_harness.scenario.shapes import TLS, WEAK_TLS
from csms_harness.scenario.verbs.keys import EXPECT, OBSERVE
from csms_harness.scenario.verbs.verb import Verb, Written

WEAK: Final = "weak"


def _probe(step: Written) -> Step:
    if step.operand.value not in (None, WEAK) or step.operand.kind != "scalar":
        hint = "'expect' and 'observe' stand beside it, in its column"
        step.wrong(step.operand, f"'probe_tls' must be empty or '{WEAK}', not {step.operand}", hint)
    weak = step.operand.value == WEAK
    shape = WEAK_TLS if weak else TLS
    return Probe(**step.common, weak=weak, expect=step.matcher("expect", shape), observe=step.matcher("observe", shape))


def _rows(step: Probe, page: Page) -> Iterator[Row]:
    what = "tries what is weak in TLS" if step.weak else "tries each TLS suite and version"
    left = (f"{page.label(step)}{what} in a handshake of its own",)
    yield page.both(left, (*page.demands("expects", step.expect), *page.demands("observes", step.observe)))


_EITHER: Final = {"anyOf": [matcher_schema(TLS), matcher_schema(WEAK_TLS)]}

PROBE_TLS: Final = Verb(
    "probe_tls",
    "Try each TLS suite of the whitepaper and each version, each in a handshake; 'weak': what nobody should speak.",
    Probe,
    {"enum": [None, WEAK]}, _probe, _rows,
    keys=(EXPECT, OBSERVE), own={"expect": _EITHER, "observe": _EITHER},
    is_check=lambda step: step.expect is not None,
)  # fmt: skip
