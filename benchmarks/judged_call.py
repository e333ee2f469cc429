"""What it costs to judge a CALL: against the bare exchange of the same JSON, and against the ``ocpp`` package."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from statistics import median

from benchmarks.callers import by_hand, by_ocpp
from benchmarks.figures import ROUNDS, Figure, Outcome, interleaved, ratio
from benchmarks.harness import campaign_of, judged
from benchmarks.paper import show
from benchmarks.peer import peer

CALLS = 3000
FEW = 200
"""A short run of each variant is taken off, so that connecting and the frame of the reports do not count."""


def measure(calls: int = CALLS, few: int = FEW, rounds: int = ROUNDS) -> Outcome:
    """CPU of this process for one more CALL."""
    with peer() as port:
        variants = {
            "judged": lambda: _one_more(lambda count: _judged(port, count), calls, few),
            "by hand": lambda: _one_more(lambda count: asyncio.run(by_hand(port, count)), calls, few),
            "ocpp": lambda: _one_more(lambda count: asyncio.run(by_ocpp(port, count)), calls, few),
        }
        interleaved(variants, 1)  # what is only imported or compiled once
        found = interleaved(variants, rounds)
    return Outcome(
        "A judged CALL",
        f"CPU of the process for one more Authorize.req and .conf, {calls} of them in a run: judged, with transcript, "
        "journal, samples, rules, `facts.json` and all reports; by hand on `websockets` (encode, send, receive, "
        "decode, match the uniqueId); by `ChargePoint.call` of the `ocpp` package as it is set.",
        (
            Figure("judged, to the bare exchange by hand", ratio(found["judged"], found["by hand"]), goal=2.0),
            Figure("judged, to the ocpp package, which keeps nothing", ratio(found["judged"], found["ocpp"]), goal=0.5),
            Figure("the ocpp package, to the exchange by hand", ratio(found["ocpp"], found["by hand"])),
            *(Figure(name, median(seconds) * 1e6, "µs") for name, seconds in found.items()),
        ),
    )


def _one_more(work: Callable[[int], None], calls: int, few: int) -> float:
    return (_cpu(work, calls) - _cpu(work, few)) / (calls - few)


def _cpu(work: Callable[[int], None], calls: int) -> float:
    began = time.process_time()
    work(calls)
    return time.process_time() - began


def _judged(port: int, calls: int) -> None:
    with campaign_of(calls, port) as campaign:
        judged(campaign)


if __name__ == "__main__":
    show(measure())
