"""One Charge Point and its cases one at a time: for whoever hands them out, and looks at each before the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from csms_harness.record.facts import CaseFact, Facts, LeftFact
from csms_harness.record.rebuild import facts_of
from csms_harness.runner.campaign import Campaign, lane_of
from csms_harness.runner.ending import end_of, unshown_secrets
from csms_harness.runner.heading import head_of, reproduce
from csms_harness.runner.lane import Lane
from csms_harness.runner.raised import found_open
from csms_harness.runner.session import RunWatcher, Session
from csms_harness.target.entry import ChargePointEntry
from csms_harness.target.reaching import book_of
from csms_harness.target.unknown import UnknownIdTags
from csms_harness.transport.clock import now, utc_now
from csms_harness.triggers.book import TriggerBook


@dataclass(slots=True)
class Bench:
    """A lane that stays connected from case to case. There is no journal; ``facts`` are those of a run so far.

    ``earlier`` are cases that were played before, and belong to the same run.
    """

    campaign: Campaign
    lane: Lane
    book: TriggerBook
    session: Session
    found: tuple[LeftFact, ...]
    started: datetime = field(default_factory=utc_now)
    began: float = field(default_factory=now)

    @classmethod
    async def open(
        cls, campaign: Campaign, entry: ChargePointEntry, watcher: RunWatcher, earlier: Mapping[str, CaseFact]
    ) -> Self:
        """A bench for one Charge Point of a campaign; it connects when the first case does."""
        options = campaign.options
        book = book_of(campaign.target, options.target.parent if options.target else None)
        book.load()
        lane = lane_of(campaign, entry, book, watcher, UnknownIdTags.begin())
        session = Session(
            [lane],
            campaign.pics,
            options.strictness == "octt",
            lambda case_id: reproduce(options, case_id),
            watcher,
            lambda _fact, _played: None,
            secrets=lambda: unshown_secrets(campaign.target, book, [lane]),
            results=dict(earlier),
        )
        return cls(campaign, lane, book, session, await found_open(lane))

    async def play(self, case_id: str) -> None:
        """Run one case of the plan to its end; the facts hold it afterwards. Raises KeyError."""
        cases = {case.id: case for case in self.campaign.plan.run}
        await self.session.play(self.lane, cases[case_id])

    def facts(self) -> Facts:
        """The facts of all that was played, with the standing rules over it; no secret is in them."""
        end = end_of(self.session, self.book, self.began)
        secrets = unshown_secrets(self.campaign.target, self.book, [self.lane])
        return facts_of(head_of(self.campaign, self.started, self.found), self.session.results.values(), end, secrets)

    async def close(self) -> None:
        """End the connection, and note what is still open in the Central System."""
        await self.lane.close()
        self.lane.keep_notes()
        await self.book.aclose()
