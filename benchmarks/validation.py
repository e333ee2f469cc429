"""Our judgement of payloads against that of the ``jsonschema`` package: the same verdicts, and how much faster."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache, partial
from statistics import median
from typing import Any

import jsonschema_rs
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from benchmarks.figures import ROUNDS, Figure, Outcome, interleaved, ratio
from benchmarks.paper import show
from benchmarks.payloads import Sample, samples
from csms_harness.ocpp16.payloads import Direction, judge_payload, schema

EACH = 200


def measure(each: int = EACH, rounds: int = ROUNDS) -> Outcome:
    """CPU of all verdicts, and each verdict held against the other's."""
    made = list(samples(each))
    judges: dict[str, list[Callable[[], object]]] = {
        "`judge_payload`": [partial(judge_payload, one.action, one.direction, one.payload) for one in made],
        "`jsonschema`, every error listed": [
            partial(_errors, _validator(one.action, one.direction), one) for one in made
        ],
        "`jsonschema-rs`, yes or no": [
            partial(_quick(one.action, one.direction).is_valid, one.payload) for one in made
        ],
        "`jsonschema`, yes or no": [
            partial(_validator(one.action, one.direction).is_valid, one.payload) for one in made
        ],
    }
    found = interleaved({name: partial(_cpu, judgements) for name, judgements in judges.items()}, rounds)
    judged, listed, quick, asked = found.values()
    differing = [one for one in made if _ours(one) != _theirs(one)]
    unexplained = [one for one in differing if _ours(one) != _exact(one)]
    wrong = sum(not _exact(one) for one in made)
    return Outcome(
        "Judging a payload",
        f"{len(made)} payloads made from the schemas of every `.req` and `.conf` by a fixed seed, {wrong} of them "
        "wrong: `judge_payload`, date-times included, against a "
        "`jsonschema` validator that is built once; and what the validator alone takes to say yes or no.",
        (
            Figure("`jsonschema` to `jsonschema-rs`, yes or no", ratio(asked, quick), goal=50, better="high"),
            Figure("`jsonschema` to `judge_payload`, every error listed", ratio(listed, judged)),
            Figure("verdicts that differ without an explanation", len(unexplained), "payloads", goal=0),
            Figure(
                "verdicts that differ by multipleOf on binary floats", len(differing) - len(unexplained), "payloads"
            ),
            *(Figure(name, median(seconds) / len(made) * 1e6, "µs") for name, seconds in found.items()),
        ),
        (
            "`jsonschema` divides 21.4 by 0.1 as binary floats and finds a remainder.",
            "Given decimals it agrees with ours; only then is a difference called explained.",
        ),
    )


def _cpu(judgements: Sequence[Callable[[], object]]) -> float:
    began = time.process_time()
    for judge in judgements:
        judge()
    return time.process_time() - began


def _errors(validator: Validator, one: Sample) -> object:
    return list(validator.iter_errors(one.payload))


def _ours(one: Sample) -> bool:
    """Whether the schema is kept; what is said of date-times beside it is no matter of the schema."""
    return all(breach.rule != "schema" for breach in judge_payload(one.action, one.direction, one.payload))


def _theirs(one: Sample) -> bool:
    return _validator(one.action, one.direction).is_valid(one.payload)


def _exact(one: Sample) -> bool:
    return _exact_validator(one.action, one.direction).is_valid(_decimal(one.payload))


@cache
def _validator(action: str, direction: Direction) -> Validator:
    document = schema(action, direction)
    return validator_for(document)(document)


@cache
def _exact_validator(action: str, direction: Direction) -> Validator:
    document = _decimal(schema(action, direction))
    return validator_for(document)(document)


@cache
def _quick(action: str, direction: Direction) -> Any:
    return jsonschema_rs.validator_for(schema(action, direction), validate_formats=False)


def _decimal(value: Any) -> Any:
    return json.loads(json.dumps(value), parse_float=Decimal)


if __name__ == "__main__":
    show(measure())
