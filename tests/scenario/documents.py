"""Small scenario files for the tests of the language."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent, indent

from csms_harness.scenario.library import State, TestCase
from csms_harness.scenario.load import parse_case, parse_state

HEAD = """\
id: TC_010_CSMS
name: Remote Start
section: 3.4.1
edition: "2025-11"
profile: Core
purpose: The Central System starts a transaction.
"""
"""Six lines; the steps of a case begin in line 8."""

CHARGING = """\
state: Charging
section: "3.22"
edition: "2025-11"
params:
  idTag: $config.valid_id_tag
  reservationId: null
scenario:
  - step: [1, 2]
    send: StartTransaction
    with: {connectorId: $config.connector_id, idTag: $idTag, reservationId: $reservationId}
    expect:
      idTagInfo: {status: Accepted}
    save: {transactionId: transactionId}
"""

BOOTED = """\
state: Booted
section: "3.22"
edition: "2025-11"
scenario:
  - step: [1, 2]
    send: BootNotification
    with: {chargePointVendor: $charge_point.vendor, chargePointModel: $charge_point.model}
    expect: {status: Accepted}
"""


def states(*texts: str) -> dict[str, State]:
    """Charging and Booted, and further states."""
    known: dict[str, State] = {}
    for text in (BOOTED, CHARGING, *texts):
        state = parse_state(text, "state.yaml", known)
        known[state.name] = state
    return known


def case_text(steps: str, more: str = "") -> str:
    """A whole case with these steps, and further keys behind them."""
    return f"{HEAD}scenario:\n{indent(dedent(steps), '  ')}{dedent(more)}"


def case(steps: str, more: str = "", known: Mapping[str, State] | None = None) -> TestCase:
    """A case with these steps, read."""
    return parse_case(case_text(steps, more), "case.yaml", states() if known is None else known)
