"""The plugin adapter: a class that another distribution registers as an entry point.

The class is called with the ``options`` of the target file as keyword arguments and has
``async perform(request) -> Outcome``; an ``async aclose()`` is called at the end, where it has one.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest

GROUP = "csms_harness.triggers"


def installed_plugins() -> dict[str, EntryPoint]:
    """The trigger plug-ins of this installation, by name."""
    return {point.name: point for point in entry_points(group=GROUP)}


class PluginTrigger:
    """Loads its plug-in at the first request, so that a broken one spoils only what it serves."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        self._name = name
        self._options = options
        self._plugin: Any = None

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Let the plug-in perform it; anything but an outcome is a failure of the plug-in."""
        try:
            if self._plugin is None:
                self._plugin = installed_plugins()[self._name].load()(**self._options)
            outcome = await self._plugin.perform(request)
        except SystemExit as error:
            # It would end the event loop, and with it the run.
            return Failed(f"the plug-in {self._name} tried to end the process (SystemExit: {error})")
        if not isinstance(outcome, Performed | Declined | Failed):
            kind = type(outcome).__name__
            return Failed(f"the plug-in {self._name} returned {kind}, not Performed, Declined or Failed")
        return outcome

    def label(self, request: TriggerRequest) -> str:  # noqa: ARG002 - the same for every adapter
        """The name of the plug-in."""
        return f"the plug-in {self._name}"

    async def aclose(self) -> None:
        """Close the plug-in, where it was loaded and can be closed."""
        if hasattr(self._plugin, "aclose"):
            await self._plugin.aclose()
