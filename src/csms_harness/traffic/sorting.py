"""Whose frame each is: which side sent it and for which Charge Point, by what the frames themselves give away.

An action belongs to a side, and an answer to the other side of its CALL. What the words around a frame mean is learnt
from those frames whose side is known.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from csms_harness.message import Side
from csms_harness.ocpp16.vocabulary import CENTRAL_SYSTEM_ACTIONS, CHARGE_POINT_ACTIONS
from csms_harness.traffic.reading import Found

_CALL: Final = 2
_OTHER: Final = {Side.CHARGE_POINT: Side.CENTRAL_SYSTEM, Side.CENTRAL_SYSTEM: Side.CHARGE_POINT}
_CONSISTENT: Final = 0.98
_COVERED: Final = 0.9
_LEAST_PAIRS: Final = 2
"""So many exchanges have to agree on a word before it is taken for the name of a Charge Point."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """A frame with its side and its lane."""

    found: Found
    side: Side
    lane: str


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a frame; ``action`` only of a CALL, ``kind`` 0 of what is no frame."""

    kind: int
    unique_id: str
    action: str


def sort_out(frames: Sequence[Found], default_lane: str) -> tuple[list[Sorted], int]:
    """The frames with side and lane, and how many had to be left out because nothing tells who sent them.

    A frame that another part of a program logged once more counts once.
    """
    heads = [head_of(one.text) for one in frames]
    pairs = list(_pairs(frames, heads))
    sides = _sides(frames, heads, pairs)
    lanes = _lanes(frames, heads, pairs, default_lane)
    known = [
        Sorted(found, side, lane) for found, side, lane in zip(frames, sides, lanes, strict=True) if side is not None
    ]
    return list(_once(known)), len(frames) - len(known)


def head_of(text: str) -> Head:
    """What a frame begins with, whatever follows."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Head(0, "", "")
    if not isinstance(data, list) or len(data) < 2:
        return Head(0, "", "")
    kind = data[0] if type(data[0]) is int else 0
    return Head(kind, str(data[1]), str(data[2]) if kind == _CALL and len(data) > 2 else "")


def _pairs(frames: Sequence[Found], heads: Sequence[Head]) -> Iterator[tuple[int, int]]:
    """Each answer with its CALL: of several with one uniqueId the one that stands among the same words."""
    calls: dict[str, list[int]] = defaultdict(list)
    for at, head in enumerate(heads):
        if head.kind == _CALL:
            calls[head.unique_id].append(at)
        elif head.kind and calls.get(head.unique_id):
            words = set(frames[at].words)
            yield max(calls[head.unique_id], key=lambda call: (len(words & set(frames[call].words)), call)), at


def _sides(frames: Sequence[Found], heads: Sequence[Head], pairs: Sequence[tuple[int, int]]) -> list[Side | None]:
    sides = [one.side or _side_of(head.action) for one, head in zip(frames, heads, strict=True)]
    for _ in range(2):  # once by the actions, once more by what was learnt from them
        for call, answer in pairs:
            told = sides[call]
            if told is not None and sides[answer] is None:
                sides[answer] = _OTHER[told]
        votes = _votes(frames, sides)
        for at, side in enumerate(sides):
            sides[at] = _elected(frames[at].words, votes) if side is None else side
    return sides


def _side_of(action: str) -> Side | None:
    by_charge_point, by_central_system = action in CHARGE_POINT_ACTIONS, action in CENTRAL_SYSTEM_ACTIONS
    if by_charge_point is by_central_system:
        return None
    return Side.CHARGE_POINT if by_charge_point else Side.CENTRAL_SYSTEM


def _votes(frames: Sequence[Found], sides: Sequence[Side | None]) -> dict[str, Counter[Side]]:
    votes: dict[str, Counter[Side]] = defaultdict(Counter)
    for found, side in zip(frames, sides, strict=True):
        if side is not None:
            for word in found.words:
                votes[word][side] += 1
    return votes


def _elected(words: Sequence[str], votes: dict[str, Counter[Side]]) -> Side | None:
    """The side for which words speak that only ever stood beside frames of that side."""
    told: Counter[Side] = Counter()
    for word in words:
        count = votes.get(word, Counter())
        if len(count) == 1 and count.total() > 1:
            told.update(count)
    ranked = told.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _lanes(frames: Sequence[Found], heads: Sequence[Head], pairs: Sequence[tuple[int, int]], default: str) -> list[str]:
    """The Charge Point of each frame: the word that a CALL and its answer share, and others have not."""
    if any(one.lane for one in frames):
        return [one.lane or default for one in frames]
    counts = Counter(word for one in frames for word in one.words)
    agree, differ = Counter[str](), Counter[str]()
    for call, answer in pairs:
        left, right = set(frames[call].words), set(frames[answer].words)
        agree.update(left & right)
        differ.update(left ^ right)
    ids = {head.unique_id for head in heads}
    names = {
        word
        for word, count in agree.items()
        if count >= _LEAST_PAIRS
        and count / (count + differ[word]) >= _CONSISTENT
        and counts[word] < len(frames)
        and word not in ids
    }
    told = [max(names & set(one.words), key=lambda word: (counts[word], word), default="") for one in frames]
    if sum(bool(lane) for lane in told) < _COVERED * len(frames) or not _interleaved(told):
        return [default] * len(frames)
    for call, answer in pairs:
        told[answer] = told[answer] or told[call]
    return [lane or default for lane in told]


def _interleaved(lanes: Sequence[str]) -> bool:
    """Whether one returns after another has come: what only follows one another may as well be parts of a day."""
    seen = [lane for lane in lanes if lane]
    turns = sum(one != other for one, other in pairwise(seen))
    return turns >= len(set(seen)) > 1


def _once(frames: Sequence[Sorted]) -> Iterator[Sorted]:
    """Leave out what is the same frame among other words: another part of the program has logged it too."""
    first: dict[tuple[str, Side, str], tuple[str, ...]] = {}
    for one in frames:
        form = _form(one.found.words)
        key = (one.lane, one.side, json.dumps(json.loads(one.found.text)) if _is_json(one.found.text) else "")
        if key[2] and key in first and first[key] != form:
            continue
        first.setdefault(key, form)
        yield one


def _form(words: Sequence[str]) -> tuple[str, ...]:
    """The words around a frame that are the same in every line of that kind."""
    return tuple(word for word in words if not any(char.isdigit() for char in word))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
