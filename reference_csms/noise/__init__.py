"""Legal behaviour that a Charge Point must bear although it may not expect it, by name."""

from __future__ import annotations

from collections.abc import Iterable

from reference_csms.noise.choices import CHOICES
from reference_csms.noise.forms import FORMS
from reference_csms.noise.unasked import UNASKED
from reference_csms.seams import Deviation, Seams

NOISES: dict[str, Deviation] = {noise.name: noise for noise in (*UNASKED, *FORMS, *CHOICES)}
"""All noises by name."""


class UnknownNoiseError(ValueError):
    """A noise was asked for that does not exist; the text is one sentence."""


def seams_of(names: Iterable[str]) -> Seams:
    """Plug in the noises of these names, the first outermost; raises UnknownNoiseError."""
    seams = Seams()
    for name in names:
        if name not in NOISES:
            raise UnknownNoiseError(f"--noise {name} is not known; known are {', '.join(NOISES)}.")
        seams += NOISES[name].seams
    return seams


__all__ = ["NOISES", "UnknownNoiseError", "seams_of"]
