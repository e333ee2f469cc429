"""A case's message sequence as an inline SVG: two life lines, an arrow per frame, findings marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from csms_harness.foreign import for_html
from csms_harness.report.excerpts import Gap
from csms_harness.report.rows import Row
from csms_harness.report.timing import milliseconds

WIDTH: Final = 640
_CHARGE_POINT: Final = 110
_CENTRAL_SYSTEM: Final = 590
_MIDDLE: Final = (_CHARGE_POINT + _CENTRAL_SYSTEM) // 2
_HEAD: Final = 44
_ROW: Final = 34
_LABEL: Final = 46
_DIMMED_ROLES: Final = frozenset({"ambient", "background", "cleanup", "preparation"})
_SIGNS: Final = {"fault": "✗", "remark": "!"}

_FRAME: Final = Markup("""<svg class="sequence" viewBox="0 0 {width} {height}" \
role="img" aria-label="{label}">
<text class="actor" x="{left}" y="14">Charge Point</text>\
<text class="role" x="{left}" y="29">simulated</text>\
<text class="actor" x="{right}" y="14">CSMS</text><text class="role" x="{right}" y="29">under test</text>\
<path class="life" d="M{left} 36V{bottom}M{right} 36V{bottom}"/>{rows}</svg>""")


def sequence_svg(case_id: str, rows: Sequence[Row | Gap], marks: Mapping[int, str]) -> Markup:
    """Draw ``rows`` from top to bottom; ``marks`` says which entries carry a finding ("fault" or "remark").

    Colours come from the style sheet of the page. The same content must stand beside it as a table.
    """
    height = _HEAD + _ROW * len(rows) + 14
    drawn = [_row(row, _HEAD + _ROW * at + 20, marks) for at, row in enumerate(rows)]
    return _FRAME.format(
        width=WIDTH,
        height=height,
        label=f"Message sequence of {for_html(case_id, 80)}; the table below has the same content",
        left=_CHARGE_POINT,
        right=_CENTRAL_SYSTEM,
        bottom=height - 4,
        rows=Markup("").join(drawn),
    )


def _row(row: Row | Gap, y: int, marks: Mapping[int, str]) -> Markup:
    if isinstance(row, Gap):
        text = Markup('<text class="note" x="{}" y="{}">⋮ {} more, see the transcript ⋮</text>')
        return text.format(_MIDDLE, y, row.count)
    mark = marks.get(row.number, "")
    body = _arrow(row, y) if row.direction else _band(row, y)
    classes = " ".join(filter(None, (mark, "dim" if row.role in _DIMMED_ROLES and not mark else "")))
    return Markup('<g class="{}">{}{}{}</g>').format(classes, _time(row, y), body, _sign(row, y, mark))


def _time(row: Row, y: int) -> Markup:
    return Markup('<text class="at" x="58" y="{}">{:.3f}</text>').format(y + 4, row.at)


def _sign(row: Row, y: int, mark: str) -> Markup:
    """Put the sign of a finding at the life line of whoever sent the frame."""
    if not mark:
        return Markup("")
    x = _CHARGE_POINT - 16 if row.direction == "CP" else _CENTRAL_SYSTEM + 16
    return Markup('<circle cx="{0}" cy="{1}" r="9"/><text class="sign" x="{0}" y="{2}">{3}</text>').format(
        x, y, y + 4, _SIGNS[mark]
    )


def _arrow(row: Row, y: int) -> Markup:
    start, end, back = (
        (_CHARGE_POINT, _CENTRAL_SYSTEM, -8) if row.direction == "CP" else (_CENTRAL_SYSTEM, _CHARGE_POINT, 8)
    )
    label = for_html(row.title or "not an OCPP-J frame", _LABEL)
    latency = f"  {milliseconds(row.latency)}" if row.latency is not None else ""
    shape = Markup('<path class="{}" d="M{} {}H{}"/><path class="head" d="M{} {}l{} 4l{} 4"/>')
    text = Markup('<text class="message" x="{}" y="{}">{}<tspan class="latency">{}</tspan></text>')
    return shape.format(_line(row), start, y, end, end + back, y - 4, -back, back) + text.format(
        _MIDDLE, y - 6, label, latency
    )


def _line(row: Row) -> str:
    return "answer" if row.answers else "call"


def _band(row: Row, y: int) -> Markup:
    words = row.text if row.kind in {"note", "trigger"} else f"{row.kind} {row.text}".strip()
    band = Markup('<rect class="band" x="{}" y="{}" width="{}" height="22" rx="3"/>')
    text = Markup('<text class="note" x="{}" y="{}">{}</text>')
    prefix = "trigger: " if row.kind == "trigger" else ""
    return band.format(_CHARGE_POINT + 24, y - 11, _CENTRAL_SYSTEM - _CHARGE_POINT - 48) + text.format(
        _MIDDLE, y + 4, for_html(" ".join(f"{prefix}{words}".split()), 60)
    )
