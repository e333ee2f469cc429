"""How the waits for answers lie, as a small inline SVG: bars over a logarithmic scale."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

_LEFT: Final = 20
_WIDTH: Final = 600
_TOP: Final = 18
_BARS: Final = 90
_STEPS: Final = (1, 2, 5)

_FRAME: Final = Markup("""<svg class="distribution" viewBox="0 0 640 {height}" \
role="img" aria-label="{label}">\
<path class="axis" d="M{left} {base}H{right}"/>{bars}</svg>""")


def latency_svg(durations: Sequence[float]) -> Markup:
    """Draw ``durations`` (seconds) as bars; each bar holds the waits above its left edge, up to its right.

    A bucket is called by the number of its 1-2-5 edge, the smallest that is not below; 0 is one millisecond.
    """
    if not durations:
        return Markup("")
    counts = Counter([_LOWEST + bisect_left(_EDGES, seconds) for seconds in durations])
    buckets = range(min(counts), max(counts) + 1)
    wide = _WIDTH / len(buckets)
    tallest = max(counts.values())
    bars = [
        _bar(_LEFT + place * wide, wide, counts[bucket], tallest, _edge(bucket)) for place, bucket in enumerate(buckets)
    ]
    return _FRAME.format(
        height=_TOP + _BARS + 22,
        label=f"Distribution of {len(durations)} waits, up to {_edge(max(counts))}",
        left=_LEFT,
        base=_TOP + _BARS,
        right=_LEFT + _WIDTH,
        bars=Markup("").join(bars),
    )


def _bar(x: float, wide: float, count: int, tallest: int, edge: str) -> Markup:
    height = math.ceil(_BARS * count / tallest)
    base = _TOP + _BARS
    width = min(wide - 4, 80.0)
    middle = x + wide / 2
    bar = Markup('<rect class="bar" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>')
    number = Markup('<text class="count" x="{:.1f}" y="{}">{}</text>')
    label = Markup('<text class="edge" x="{:.1f}" y="{}">≤ {}</text>').format(middle, base + 16, edge)
    if not count:
        return label
    drawn = bar.format(middle - width / 2, base - height, width, height)
    return drawn + number.format(middle, base - height - 5, count) + label


def _seconds(bucket: int) -> float:
    decade, step = divmod(bucket, len(_STEPS))
    return float(f"{_STEPS[step]}e{decade - 3}")


_LOWEST: Final = -9
_EDGES: Final = tuple(_seconds(bucket) for bucket in range(_LOWEST, 60))
"""From a microsecond to more seconds than any run has."""


def _edge(bucket: int) -> str:
    seconds = _seconds(bucket)
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"
