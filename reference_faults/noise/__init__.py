"""Legal behaviour that a Charge Point must bear although it may not expect it, by name."""

from __future__ import annotations

from typing import Final

from reference_faults.noise.balancing import BALANCING
from reference_faults.noise.breath import BREATH
from reference_faults.noise.certifying import CERTIFYING
from reference_faults.noise.choices import CHOICES
from reference_faults.noise.controls import CONTROLS
from reference_faults.noise.doors import DOORS, STRANGERS
from reference_faults.noise.forms import FORMS
from reference_faults.noise.making import Noise
from reference_faults.noise.refusals import REFUSALS
from reference_faults.noise.remembering import LOST, REMEMBERING
from reference_faults.noise.unasked import UNASKED

NOISES: Final[dict[str, Noise]] = {
    noise.name: noise
    for noise in (
        *UNASKED,
        *FORMS,
        *CONTROLS,
        *CHOICES,
        *REMEMBERING,
        *LOST,
        *REFUSALS,
        *BALANCING,
        *BREATH,
        *DOORS,
        *STRANGERS,
        *CERTIFYING,
    )
}
"""All noises by name."""

__all__ = ["NOISES", "Noise"]
