"""What every part of the Central System stands on: its settings, its records and its clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from reference_csms.authority import Authority
from reference_csms.instants import format_instant, utc_now
from reference_csms.passwords import fits_in_a_thread
from reference_csms.records.store import Store
from reference_csms.settings import Settings


@dataclass(frozen=True)
class Basis:
    """`now` is the only clock that is asked, `fits` tells whether a password is the one that a hash was made of."""

    settings: Settings
    store: Store
    now: Callable[[], datetime] = utc_now
    fits: Callable[[bytes, str], Awaitable[bool]] = fits_in_a_thread

    @cached_property
    def authority(self) -> Authority:
        """Who signs certificates; raises SettingsError."""
        return Authority.open(self.settings.data, self.now())

    def write(self, instant: datetime) -> str:
        """An instant as this Central System writes it."""
        return format_instant(instant, milliseconds=self.settings.milliseconds)
