"""Where a Charge Point is let in, under each security profile, and what it shows there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from csms_harness.engine.effects import OpenConnection
from csms_harness.runner.keys import Keys
from csms_harness.runner.plan import outgrown
from csms_harness.runner.showing import Files, shown
from csms_harness.scenario.file_keys import NEXT_PROFILE
from csms_harness.scenario.library import TestCase
from csms_harness.scenario.model import Credential
from csms_harness.target.securing import lowest, not_below
from csms_harness.transport.endpoint import Endpoint


@dataclass(slots=True)
class Entrance:
    """The addresses of a Charge Point, its keys and its certificates.

    ``doors`` says where to connect to under each security profile; without any there is only ``endpoint``.
    ``certificates`` are client certificates that the Charge Point can show beside its own; ``keys`` are those that it
    makes in the run.
    """

    endpoint: Endpoint
    doors: Mapping[int, Endpoint] = field(default_factory=dict)
    certificates: Mapping[Credential, Files] = field(default_factory=dict)
    keys: Keys = field(default_factory=Keys)

    @property
    def password(self) -> bytes | None:
        """The password of the target file."""
        shown = (one.password for one in (*self.doors.values(), self.endpoint))
        return next((password for password in shown if password is not None), None)

    def profile(self, case: TestCase, raised_to: int | None) -> int | None:
        """The security profile that a case runs under, once the Central System raised it to this one."""
        served = not_below(self.doors, raised_to)
        wanted = lowest(served, case.security_profiles, and_next=NEXT_PROFILE in case.requires)
        return lowest(served, ()) if wanted is None else wanted

    def unable(self, case: TestCase, raised_to: int | None) -> str:
        """Why a case cannot run any more after that; empty when it can."""
        return outgrown(case, raised_to, self.doors)

    def through(self, wanted: OpenConnection, chain: str) -> Endpoint:
        """Where to connect to, with what this opening changes of it. Raises NothingToShow.

        ``chain`` is the client certificate that was renewed in this run, in PEM, or empty.
        """
        usual = self.endpoint if wanted.profile is None else self.doors.get(wanted.profile, self.endpoint)
        return shown(usual, wanted, self.keys, chain, self.certificates)
