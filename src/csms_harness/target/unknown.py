"""Unknown idTags: a new one for each case, for a Central System may remember whom it met (docs/decisions/0012)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from csms_harness.ocpp16.vocabulary import LONGEST_ID_TAG

NAME: Final = "invalid_id_tag"
"""What the target calls the idTag that the Central System does not know."""

NEW: Final = "new_invalid_id_tags"
"""The switch with which a target insists on the idTag it gives."""

_DIGITS: Final = "0123456789"
_HEX: Final = "0123456789ABCDEF"
_ANY: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ENDING: Final = 8
_LEAST_NUMBER: Final = 8
"""What consists of so many digits or more is a number on a card, and its length may matter."""


@dataclass(slots=True)
class UnknownIdTags:
    """Makes idTags that nobody has seen. All lanes of a run take from one; ``used`` counts on from any beginning."""

    used: int = 0

    @classmethod
    def begin(cls) -> UnknownIdTags:
        """Begin somewhere, so that no other run makes the same ones."""
        return cls(secrets.randbelow(len(_ANY) ** _ENDING))

    def config(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """The configuration of one case: with an unknown idTag of its own, unless the target insists on one."""
        like = config.get(NAME)
        if not isinstance(like, str) or config.get(NEW) is False:
            return config
        self.used += 1
        return {**config, NAME: new_id_tag(like, self.used)}


def new_id_tag(like: str, number: int) -> str:
    """An idTag of at most 20 characters that begins as this one does.

    A number, decimal or hexadecimal, stays one and keeps its length: a reader of cards knows no other.
    """
    alphabet = _alphabet(like)
    if alphabet is not _ANY:
        length = min(_ENDING, len(like) - 2)
        return like[:-length] + _cased(_written(number, alphabet, length), like)
    ending = _cased(_written(number, _ANY, _ENDING), like)
    return f"{like[: LONGEST_ID_TAG - _ENDING - 1]}-{ending}"


def _alphabet(like: str) -> str:
    if len(like) < _LEAST_NUMBER or len(like) > LONGEST_ID_TAG:
        return _ANY
    return next((one for one in (_DIGITS, _HEX) if set(like.upper()) <= set(one)), _ANY)


def _written(number: int, alphabet: str, length: int) -> str:
    signs = []
    for _ in range(length):
        number, sign = divmod(number, len(alphabet))
        signs.append(alphabet[sign])
    return "".join(reversed(signs))


def _cased(ending: str, like: str) -> str:
    return ending.lower() if like.islower() else ending
