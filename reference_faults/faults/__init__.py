"""Named faults: a Central System that is wrong on purpose, to see whether a test notices."""

from __future__ import annotations

from typing import Final

from reference_faults.faults.answer_members import answer_members
from reference_faults.faults.answers import whole_answers
from reference_faults.faults.beyond import beyond_faults
from reference_faults.faults.call_members import call_members
from reference_faults.faults.calls import whole_calls
from reference_faults.faults.doors import door_faults
from reference_faults.faults.frames import frame_faults
from reference_faults.faults.id_tags import id_tag_faults
from reference_faults.faults.list_members import list_members
from reference_faults.faults.model import Fault
from reference_faults.faults.own_profiles import own_profiles
from reference_faults.faults.profile_members import profile_members
from reference_faults.faults.security import security_faults
from reference_faults.faults.session_faults import session_faults
from reference_faults.faults.status_reports import status_reports

FAMILIES: Final = (
    whole_answers,
    answer_members,
    status_reports,
    id_tag_faults,
    whole_calls,
    call_members,
    list_members,
    profile_members,
    own_profiles,
    security_faults,
    frame_faults,
    session_faults,
    door_faults,
    beyond_faults,
)
"""What makes the faults, group after group."""

FAULTS: Final[dict[str, Fault]] = {fault.name: fault for family in FAMILIES for fault in family()}
"""All faults by name."""

__all__ = ["FAMILIES", "FAULTS", "Fault"]
