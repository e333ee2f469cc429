"""Which of the selected cases run, which do not apply, and in which order."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from csms_harness.scenario.demands import needs, waits
from csms_harness.scenario.file_keys import CERTIFICATES, CONNECTORS, NEXT_PROFILE
from csms_harness.scenario.library import Entry, Library, TestCase
from csms_harness.scenario.model import Credential
from csms_harness.scenario.security import shows_passwords
from csms_harness.target.passwords import NEW_KEY
from csms_harness.target.pics import Pics
from csms_harness.target.securing import WITH_PASSWORD, lowest, not_below
from csms_harness.verdict import Verdict

_SECURITY: Final = "Security"
"""The functionality of the security whitepaper, an extension of OCPP 1.6."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A case whose verdict stands before connecting, and why."""

    case: TestCase
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Security:
    """How all Charge Points of a run can connect: under which security profiles, and whether each has a password.

    ``named``: the target says where security profiles are served. ``asked_for`` are the cases that the user named,
    ``certificates`` the client certificates that each can show beside its own.
    """

    profiles: tuple[int, ...] = ()
    passwords: bool = False
    named: bool = False
    asked_for: frozenset[str] = frozenset()
    certificates: frozenset[Credential] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """Cases to run, in order; cases decided before connecting; selected cases of the document without a scenario."""

    run: tuple[TestCase, ...]
    decided: tuple[Decided, ...]
    unimplemented: tuple[Entry, ...]


def make_plan(
    entries: Iterable[Entry],
    library: Library,
    pics: Pics,
    configs: Sequence[Mapping[str, Any]],
    connectors: int = 2,
    security: Security | None = None,
) -> Plan:
    """Sort the selected cases into those that run and those decided before connecting.

    ``configs`` are the configurations of all lanes; a case needs every name it uses in each of them. ``connectors``
    is how many connectors each Charge Point has at least, ``security`` how all of them can connect.
    """
    security = security or Security()
    runnable: list[TestCase] = []
    decided: list[Decided] = []
    unimplemented: list[Entry] = []
    for entry in entries:
        case = library.find(entry.id)
        if case is None:
            unimplemented.append(entry)
            continue
        verdict = (
            _not_claimed(case, pics)
            or _not_equipped(case, connectors)
            or _not_meant(case, pics, security)
            or _not_secured(case, pics, security)
            or _not_certified(case, security)
            or _not_configured(case, library, configs)
        )
        if verdict is None:
            runnable.append(case)
        else:
            decided.append(verdict)
    return Plan(tuple(runnable), tuple(decided), tuple(unimplemented))


def _not_claimed(case: TestCase, pics: Pics) -> Decided | None:
    for profile in _functionalities(case):
        if pics.claim(profile) is False:
            return Decided(case, Verdict.NOT_APPLICABLE, f"the PICS says functionalities.{profile}: no")
    return None


def _functionalities(case: TestCase) -> tuple[str, ...]:
    """The functionality that a case belongs to, and those that it requires beside it."""
    required = (claim.removeprefix("profile.") for claim in case.requires if claim.startswith("profile."))
    return tuple(dict.fromkeys((case.profile, *required)))


def _not_equipped(case: TestCase, connectors: int) -> Decided | None:
    wanted = max((CONNECTORS[claim] for claim in case.requires if claim in CONNECTORS), default=1)
    if connectors >= wanted:
        return None
    reason = f"it needs {wanted} connectors, and a Charge Point of the target has {connectors}"
    return Decided(case, Verdict.NOT_APPLICABLE, reason)


def _not_meant(case: TestCase, pics: Pics, security: Security) -> Decided | None:
    """A case of the security whitepaper that any Central System could be asked, and that nobody wants to have asked.

    OCPP 1.6 itself knows none of it: who declares nothing, and names no place where it is served, may lack it all.
    """
    claimed = pics.claim(_SECURITY) is not None or pics.security_profiles is not None
    about_doors = case.security_profiles and not case.any_connection
    if _SECURITY not in _functionalities(case):
        return None
    if claimed or about_doors or security.named or case.id in security.asked_for:
        return None
    reason = f"the PICS says nothing about {_SECURITY}: claim it there, or ask for {case.id} by its id"
    return Decided(case, Verdict.NOT_APPLICABLE, reason)


def _not_secured(case: TestCase, pics: Pics, security: Security) -> Decided | None:
    """A case that no security profile can be found for: what was declared decides, else what the target serves."""
    needed, declared = case.security_profiles, pics.security_profiles
    if not needed:
        return None
    named, raises = " or ".join(str(one) for one in needed), NEXT_PROFILE in case.requires
    if declared is not None and lowest(declared, needed, and_next=raises) is None:
        listed, next_one = ", ".join(str(one) for one in declared), " and the next one" if raises else ""
        reason = f"it needs security profile {named}{next_one}, and the PICS declares {listed}"
        return Decided(case, Verdict.NOT_APPLICABLE, reason)
    usable = lowest(security.profiles, needed, and_next=raises)
    if usable is None and declared is None and case.any_connection:
        return None
    if usable is None:
        it = "it and the next one" if raises else "it"
        wanted = f"it needs security profile {named}, and the target file gives no URL for {it} (security_profiles)"
        if declared is None and pics.claim(case.profile) is None:
            return Decided(case, Verdict.NOT_APPLICABLE, f"{wanted}; nothing is declared")
        return Decided(case, Verdict.INCONCLUSIVE, wanted)
    if usable in WITH_PASSWORD and not security.passwords and shows_passwords(case):
        return Decided(case, Verdict.INCONCLUSIVE, "the target file gives the Charge Points no password")
    return None


_GIVEN_BY: Final[Mapping[Credential, str]] = {
    Credential.ANOTHER: "names no other Charge Point with a certificate_file, whose certificate could be shown",
    Credential.EXPIRED: "gives each Charge Point no expired_certificate_file, with one of its own that is over",
    Credential.EARLY: "gives each Charge Point no early_certificate_file, with one of its own that is not valid yet",
}
"""What a target lacks without a client certificate that only it can give."""


def _not_certified(case: TestCase, security: Security) -> Decided | None:
    lacking = (CERTIFICATES[claim] for claim in case.requires if claim in CERTIFICATES)
    kind = next((one for one in lacking if one not in security.certificates), None)
    return None if kind is None else Decided(case, Verdict.NOT_APPLICABLE, f"the target file {_GIVEN_BY[kind]}")


def _not_configured(case: TestCase, library: Library, configs: Sequence[Mapping[str, Any]]) -> Decided | None:
    needed = needs(case, library.states) - {NEW_KEY}
    missing = sorted({name for config in configs for name in needed if name not in config})
    if not missing:
        return None
    names, them = ", ".join(f"config.{name}" for name in missing), "it" if len(missing) == 1 else "them"
    reason = f"the target file gives no {names}, which this case needs; add {them} under config"
    return Decided(case, Verdict.INCONCLUSIVE, reason)


def outgrown(case: TestCase, raised_to: int | None, served: Iterable[int]) -> str:
    """Why a case cannot run on a Charge Point whose security profile was raised to this one; empty when it can."""
    needed, raises = case.security_profiles, NEXT_PROFILE in case.requires
    if raised_to is None or not needed or case.any_connection:
        return ""
    if lowest(not_below(served, raised_to), needed, and_next=raises) is not None:
        return ""
    named, next_one = " or ".join(str(one) for one in needed), " with a URL for the next one" if raises else ""
    return (
        f"the security profile of the Charge Point was raised to {raised_to}, and the case needs {named}{next_one}; "
        "set it back in the CSMS, or let another Charge Point run it"
    )


@dataclass(frozen=True, slots=True)
class Tempo:
    """On how many lanes a run works, and the seconds of a Charge Point's restart and of rest after a case."""

    lanes: int = 1
    restart: float = 2.0
    settle: float = 0.5


def order(cases: Sequence[TestCase], library: Library, tempo: Tempo, *, seed: int | None = None) -> list[TestCase]:
    """The order of starting: as in the document on one lane, the longest first on several, or shuffled.

    A case that has the security profile raised comes at the end, for nobody lowers it again: after all others, or on
    several lanes while the others need as long for the rest.
    """
    ordered = list(cases)
    if seed is not None:
        random.Random(seed).shuffle(ordered)  # noqa: S311  an order, not a secret
    elif tempo.lanes > 1:
        ordered.sort(key=lambda case: -waits(case, library, tempo.restart))
    raising = [case for case in ordered if NEXT_PROFILE in case.requires]
    others = [case for case in ordered if NEXT_PROFILE not in case.requires]
    beside = (
        0
        if seed is not None
        else _beside(others, sum(waits(one, library, tempo.restart) for one in raising), tempo, library)
    )
    before = len(others) - beside
    return [*others[:before], *raising, *others[before:]]


def _beside(cases: Sequence[TestCase], seconds: float, tempo: Tempo, library: Library) -> int:
    """How many of the last cases all lanes but one do in so many seconds."""
    left = (tempo.lanes - 1) * seconds
    for number, case in enumerate(reversed(cases)):
        left -= waits(case, library, tempo.restart) + tempo.settle
        if left < 0:
            return number
    return len(cases)


def failed_first(cases: Sequence[TestCase], first: Collection[str]) -> list[TestCase]:
    """The cases in their order, but for those of ``first``, which begin."""
    return sorted(cases, key=lambda case: case.id not in first)
