"""Which members of a wish an entry of the target passes on, and which get lost. Pure: nothing is rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from csms_harness.triggers.config import Entry
from csms_harness.triggers.requests import HttpRequest, PrepareStep
from csms_harness.triggers.template import MISSING, NEW, Path, follow, parse_path, references_in, texts_in

_ALWAYS: Final = ("request", "action", "chargePointId")


def not_passed(entry: Entry, fields: Mapping[str, Any], known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The members of ``fields`` that this entry does not hand over, by path (``csChargingProfiles.stackLevel``).

    A command, a plug-in and a person are given the whole request. An http request passes what it names: by
    reference, by choosing the entry with ``when``, or with a literal of the same name and value. What it omits from the
    whole of the request it does not pass. ``known`` are names that the log-in saves.
    """
    if entry.http is None:
        return ()
    requests = (*entry.http.prepare, entry.http)
    saved = {name for step in entry.http.prepare for name in step.save} | {*known, NEW}
    named = {path for request in requests for path in _named(request, fields, saved)}
    named |= {
        parse_path(path)
        for path, wanted in entry.when.items()
        if not isinstance(wanted, list | Mapping) or len(wanted) == 1
    }
    omitted = {_names(parse_path(path)) for path in entry.http.omit}
    literals = [pair for request in requests for pair in _literals(_bodies(request))]
    return tuple(
        _written(path)
        for path, value in _leaves(fields)
        if (() not in named or any(_within(_names(path), one) for one in omitted))
        and not any(_within(path, one) or _within(one, path) for one in named if one)
        and not any(_is_same(one, (_last_name(path), value)) for one in literals)
    )


def _bodies(request: HttpRequest) -> list[Any]:
    return [request.json_body, request.form, request.params]


def _named(request: HttpRequest, fields: Mapping[str, Any], saved: set[str]) -> Iterator[Path]:
    """Every path into the request that is written somewhere and finds its value; ``()`` is the whole of it."""
    compared = request.compared if isinstance(request, PrepareStep) else []
    for _, text in texts_in([request.url, request.headers, compared, *_bodies(request)]):
        paths = [reference.path for reference in references_in(text) if reference.path]
        if all(_is_there(path, fields, saved) for path in paths):  # or else the member is left out as a whole
            yield from (path[1:] if path[0] == "request" else path for path in paths if path[0] not in saved)


def _is_there(path: Path, fields: Mapping[str, Any], saved: set[str]) -> bool:
    head = str(path[0])
    rest = path[1:] if head == "request" else path
    return head in saved or head in _ALWAYS[1:] or follow(fields, rest) is not MISSING


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value that holds no others, with its path; an empty object or list is one."""
    if isinstance(value, Mapping) and value:
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list) and value:
        for index, element in enumerate(value):
            yield from _leaves(element, (*path, index))
    elif path:
        yield path, value


def _literals(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value of a body with the name of its member."""
    if isinstance(value, Mapping):
        for member, inner in value.items():
            yield from _literals(inner, str(member))
    elif isinstance(value, list):
        for element in value:
            yield from _literals(element, name)
    else:
        yield name, value


def _is_same(literal: tuple[str, Any], member: tuple[str, Any]) -> bool:
    # In Python True equals 1; in JSON it does not.
    return literal == member and isinstance(literal[1], bool) is isinstance(member[1], bool)


def _is_one_value(wanted: Any) -> bool:
    return len(wanted) == 1 if isinstance(wanted, list) else not isinstance(wanted, Mapping)


def _names(path: Path) -> Path:
    """A path without its indices: what is omitted is omitted from every element of a list."""
    return tuple(part for part in path if isinstance(part, str))


def _within(path: Path, outer: Path) -> bool:
    return path[: len(outer)] == outer


def _last_name(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _written(path: Sequence[str | int]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")
