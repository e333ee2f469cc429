"""Named faults: a Central System that is wrong on purpose, to see whether a test notices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reference_csms.faults.answer_members import answer_members
from reference_csms.faults.answers import whole_answers
from reference_csms.faults.call_members import call_members
from reference_csms.faults.calls import whole_calls
from reference_csms.faults.frames import frame_faults
from reference_csms.faults.id_tags import id_tag_faults
from reference_csms.faults.list_members import list_members
from reference_csms.faults.model import Fault
from reference_csms.faults.profile_members import profile_members
from reference_csms.faults.session_faults import session_faults
from reference_csms.faults.status_reports import status_reports
from reference_csms.seams import Seams

FAMILIES: Final = (
    whole_answers,
    answer_members,
    status_reports,
    id_tag_faults,
    whole_calls,
    call_members,
    list_members,
    profile_members,
    frame_faults,
    session_faults,
)
"""What makes the faults, group after group."""

FAULTS: Final[dict[str, Fault]] = {fault.name: fault for family in FAMILIES for fault in family()}
"""All faults by name."""


class UnknownFaultError(ValueError):
    """A fault was asked for that does not exist; the text is one sentence."""


def fault_seams(names: Iterable[str]) -> Seams:
    """Plug in the faults of these names, the first outermost; raises UnknownFaultError."""
    seams = Seams()
    for name in names:
        if name not in FAULTS:
            raise UnknownFaultError(f"--fault {name} is not known; --list-faults names all {len(FAULTS)}.")
        seams += FAULTS[name].seams
    return seams


__all__ = ["FAMILIES", "FAULTS", "Fault", "UnknownFaultError", "fault_seams"]
