"""The step numbers of the document, as a scenario repeats them: none left out, none going back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from csms_harness.documents.location import Location
from csms_harness.scenario.model import AnyOf, Step
from csms_harness.scenario.walk import inner_steps


def misnumbered(steps: Sequence[Step]) -> list[tuple[Location, str]]:
    """Every place where the numbers skip or go back, each with a sentence."""
    count = _Count()
    return list(count.steps(steps))


class _Count:
    """The numbers seen last. The branches of a choice may share numbers or follow upon each other.

    Where a request and its answer stand that the case begins with, a round begins anew.
    """

    def __init__(self) -> None:
        self._last: tuple[int, ...] = (0,)
        self._begin: tuple[int, ...] = ()

    def steps(self, steps: Sequence[Step]) -> Iterator[tuple[Location, str]]:
        for step in steps:
            if step.numbers:
                yield from self._numbers(step)
            if isinstance(step, AnyOf):
                yield from self._branches(step)
            else:
                for inner in inner_steps(step):
                    yield from self.steps(inner)

    def _numbers(self, step: Step) -> Iterator[tuple[Location, str]]:
        last, first = self._last[-1], step.numbers[0]
        self._begin = self._begin or step.numbers
        anew = step.numbers == self._begin and len(step.numbers) > 1
        if first <= last and first not in self._last and not anew:
            yield step.where, f"step {first} stands behind step {last}"
        elif first > last + 1:
            yield step.where, f"step {first} follows step {last}: {_between(last, first)} nowhere"
        for one, other in zip(step.numbers, step.numbers[1:], strict=False):
            if other != one + 1:
                yield step.where, f"the step numbers {one} and {other} stand in one step but not in a row"
        self._last = step.numbers

    def _branches(self, step: AnyOf) -> Iterator[tuple[Location, str]]:
        before = self._last
        ends: list[tuple[int, ...]] = []
        for branch in step.branches:
            first = next((one.numbers[0] for one in branch.steps if one.numbers), 0)
            follows = bool(ends) and first == max(ends)[-1] + 1
            self._last = max(ends) if follows else before
            yield from self.steps(branch.steps)
            ends.append(self._last)
        self._last = max(ends, default=before)


def _between(last: int, first: int) -> str:
    missing = [str(number) for number in range(last + 1, first)]
    return f"step {missing[0]} is" if len(missing) == 1 else f"steps {missing[0]} to {missing[-1]} are"
