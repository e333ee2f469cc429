"""``ping`` and ``pong``: control frames of the WebSocket, beside all messages (RFC 6455 section 5.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.scenario.model import Ping, Pong, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.verbs.keys import CONTROL_DATA, LONGEST_CONTROL, WITHIN
from csms_harness.scenario.verbs.verb import Verb, Written


def read_data(step: Written, name: str) -> str:
    """The application data under a key; there may be none."""
    member = step.at(name)
    if member is None or member.value in (None, ""):
        return ""
    data = step.text(name)
    size = len(data.encode())
    if size > LONGEST_CONTROL:
        step.wrong(
            member, f"a control frame carries at most {LONGEST_CONTROL} bytes, not {size} (RFC 6455 section 5.5)"
        )
    return data


def _read_ping(step: Written) -> Step:
    return Ping(**step.common, data=read_data(step, step.verb), within=step.length("within"))


def _read_pong(step: Written) -> Step:
    return Pong(**step.common, data=read_data(step, step.verb))


def _ping_rows(step: Ping, page: Page) -> Iterator[Row]:
    first, second = page.labels(step)
    limit = "" if step.within is None else f" within {page.text(step.within)}"
    yield page.left(f"{first}a ping", *told_data(step.data))
    yield page.right(f"{second}the pong with the same application data{limit}")


def _pong_rows(step: Pong, page: Page) -> Iterator[Row]:
    yield page.left(f"{page.label(step)}a pong that nobody asked for", *told_data(step.data))


def told_data(data: str) -> tuple[str, ...]:
    """The application data of a control frame, if there is any."""
    return (f"application data {data}",) if data else ()


PING: Final = Verb(
    "ping", "The Charge Point sends a WebSocket ping with this application data; its pong must come.", Ping,
    CONTROL_DATA, _read_ping, _ping_rows,
    keys=(WITHIN,),
    is_check=lambda _: True,
)  # fmt: skip
PONG: Final = Verb(
    "pong", "The Charge Point sends a WebSocket pong that nobody asked for.", Pong,
    CONTROL_DATA, _read_pong, _pong_rows,
)  # fmt: skip
