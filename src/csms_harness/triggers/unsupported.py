"""The adapter of an action that the product does not offer."""

from __future__ import annotations

from csms_harness.triggers.base import Declined, Outcome, TriggerRequest


class Unsupported:
    """Declines at once, and asks nobody."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Declined, with the reason that the target gives."""
        return Declined(f"{request.action} is not offered by the product: {self._reason}")

    def label(self, request: TriggerRequest) -> str:  # noqa: ARG002 - the same for every request
        """Nobody is waited for."""
        return "the target"

    async def aclose(self) -> None:
        """Nothing to give back."""
