"""``connect`` and ``disconnect``: the connection to the Central System."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.scenario.model import Connect, Disconnect, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.payload_schema import matcher_schema, saved_schema
from csms_harness.scenario.shapes import HANDSHAKE, MOMENT
from csms_harness.scenario.verbs.keys import EXPECT, SAVE
from csms_harness.scenario.verbs.verb import Verb, Written


def _connect(step: Written) -> Step:
    how = step.operand
    if how.kind != "scalar" or how.value not in (None, "beside"):
        hint = "'expect' and 'save' stand beside it, in its column"
        step.wrong(how, f"'connect' must be empty or 'beside', not {how}", hint)
    return Connect(
        **step.common,
        expect=step.matcher("expect", HANDSHAKE),
        save=step.saved(MOMENT),
        beside=how.value == "beside",
    )


def _connect_rows(step: Connect, page: Page) -> Iterator[Row]:
    how = "connects again; the former connection stays open" if step.beside else "connects"
    yield page.both((f"{page.label(step)}{how}", *page.saved(step.save)), page.demands("expects", step.expect))


def _disconnect(step: Written) -> Step:
    how = step.operand
    if how.kind != "scalar" or how.value not in (None, "drop", "former"):
        step.wrong(how, f"'disconnect' must be empty (in order), 'drop' or 'former', not {how}")
    return Disconnect(**step.common, drop=how.value == "drop", save=step.saved(MOMENT), former=how.value == "former")


def _disconnect_rows(step: Disconnect, page: Page) -> Iterator[Row]:
    how = "drops the connection" if step.drop else "closes the connection"
    how = "closes the former connection" if step.former else how
    yield page.left(f"{page.label(step)}{how}", *page.saved(step.save))


_OWN: Final = {"expect": matcher_schema(HANDSHAKE), "save": saved_schema(MOMENT)}

CONNECT: Final = Verb(
    "connect", "Open a connection to the Central System; 'beside' leaves the one that is open as it is.", Connect,
    {"enum": [None, "beside"]}, _connect, _connect_rows,
    keys=(EXPECT, SAVE), own=_OWN,
    is_check=lambda step: step.expect is not None,
)  # fmt: skip
DISCONNECT: Final = Verb(
    "disconnect", "Close the connection in order, or drop it; 'former' closes the one that was left open.", Disconnect,
    {"enum": [None, "drop", "former"]}, _disconnect, _disconnect_rows,
    keys=(SAVE,), own=_OWN,
)  # fmt: skip
