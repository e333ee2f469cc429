"""``frame``: a frame of the Charge Point as it stands, right or wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.scenario.model import Frame, Reaction, Step
from csms_harness.scenario.page import Page, Row
from csms_harness.scenario.schema_parts import TEXT, list_schema
from csms_harness.scenario.verbs.keys import ACCEPT, BINARY, WITHIN
from csms_harness.scenario.verbs.verb import Verb, Written

_WORDS: Final = tuple(str(one) for one in Reaction if one is not Reaction.MISNAMED)


def _read(step: Written) -> Step:
    return Frame(
        **step.common,
        text=step.text(step.verb),
        binary=step.flag("binary"),
        accept=_accepted(step),
        within=step.length("within"),
    )


def _accepted(step: Written) -> tuple[Reaction, ...]:
    member, accepted = step.at("accept"), []
    for item in () if member is None else step.reading.items(member, "'accept'"):
        if item.value in _WORDS:
            accepted.append(Reaction(str(item.value)))
        else:
            hint = did_you_mean(str(item.value), _WORDS) or f"one of {', '.join(_WORDS)}"
            step.wrong(item, f"a frame is not '{item.value}'", hint)
    if member is not None and member.kind == "sequence" and not member.items:
        step.wrong(member, "'accept' must name a reaction", f"one of {', '.join(_WORDS)}")
    return tuple(accepted)


def _rows(step: Frame, page: Page) -> Iterator[Row]:
    first, second = page.labels(step)
    yield page.left(f"{first}a {'binary' if step.binary else 'text'} frame, exactly this:", step.text)
    yield page.right(f"{second}the frame is {' or '.join(step.accept)}")


FRAME: Final = Verb(
    "frame", "The Charge Point sends this frame as it stands; $id is its uniqueId, $id36 one of 36 characters.", Frame,
    TEXT, _read, _rows,
    keys=(ACCEPT, BINARY, WITHIN),
    needs={"accept": "what may become of the frame"},
    own={"accept": {**list_schema({"enum": list(_WORDS)}), "minItems": 1}},
    is_check=lambda _: True,
)  # fmt: skip
