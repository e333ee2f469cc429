"""From names to what is plugged in: `--noise`, `--fault` and `--latency`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from reference_csms.settings import SettingsError
from reference_faults.deviation import Deviation, Plugged, plug
from reference_faults.faults import FAULTS, Fault
from reference_faults.faults.tls import TLS_FAULTS
from reference_faults.latency import latency_seams
from reference_faults.noise import NOISES, Noise


class UnknownNameError(SettingsError):
    """A fault or a noise was asked for that does not exist; the text is one sentence."""


def chosen(noises: Iterable[str] = (), faults: Iterable[str] = (), latencies: Iterable[str] = ()) -> Plugged:
    """What these names stand for, noises outermost and latencies innermost; raises SettingsError."""
    deviations: Sequence[Deviation] = [*map(_noise, noises), *map(_fault, faults)]
    return plug(deviations, latency_seams(latencies))


def deviation_named(name: str) -> Fault | Noise:
    """The fault or noise of this name; raises UnknownNameError, which says what was probably meant."""
    known = {**FAULTS, **TLS_FAULTS, **NOISES}
    if name in known:
        return known[name]
    close = get_close_matches(name.casefold(), known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else "reference-csms --list-faults and --list-noises name all."
    raise UnknownNameError(f"no fault or noise is called {name!r}; {hint}")


def _fault(name: str) -> Fault:
    known = {**FAULTS, **TLS_FAULTS}
    if name not in known:
        raise UnknownNameError(f"--fault {name} is not known; --list-faults names all {len(known)}.")
    return known[name]


def _noise(name: str) -> Noise:
    if name not in NOISES:
        raise UnknownNameError(f"--noise {name} is not known; known are {', '.join(NOISES)}.")
    return NOISES[name]
