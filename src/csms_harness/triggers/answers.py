"""What the control API of a CSMS answered: whether it took the wish, and whether its body says no. Pure.

An HTTP status alone says little: many APIs answer 200 and put the refusal into the body.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from csms_harness.documents.validation import no_flag
from csms_harness.triggers.template import MISSING, follow, parse_path, parse_typed

_SAYING_NO: Final = frozenset(
    {"denied", "declined", "error", "fail", "failed", "failure", "refused", "rejected", "unsuccessful"}
)
"""Words by which an API says that it did not do it."""

_DONE: Final = ("accepted", "ok", "success", "succeeded", "successful")
_OUTCOME: Final = ("outcome", "result", "status", "statuscode")
_ERRORS: Final = ("error", "errors", "errorcode", "errormessage")
_NO_ERROR: Final = frozenset({"", "0", "none", "null", "false", "no", "ok"})
_LEAST_BAD, _MOST_BAD = 400, 599


def _path(text: str) -> str:
    parse_path(text)
    return text


def _plain(value: Any) -> Any:
    for one in value if isinstance(value, list) else [value]:
        reference = parse_typed(one) if isinstance(one, str) else None
        if reference is not None and not reference.path:
            raise ValueError(f"{one!r} is a secret; accept compares none")
    if isinstance(value, Mapping) and set(value) != {"present"}:
        raise ValueError("write a value, a list of values, or {present: true}")
    return value


Wanted = Annotated[Any, AfterValidator(_plain)]


Status = Annotated[int, BeforeValidator(no_flag), Field(ge=100, le=599)]


class Accept(BaseModel):
    """When a wish counts as taken: an HTTP status, members of a JSON body, a part of its text or of a header.

    All that is given must hold. A value in ``json`` is what the member must equal (``$name`` is that field of the
    request), a list is what it may equal; ``{present: true}`` asks only that it is there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: list[Status] = Field(default=[], min_length=1)
    json_members: dict[Annotated[str, AfterValidator(_path)], Wanted] = Field(default={}, alias="json", min_length=1)
    text: str = Field(default="", min_length=1)
    headers: dict[str, str] = Field(default={}, min_length=1)

    def filled(self, fill: Callable[[Any], Any]) -> Accept:
        """The same with the value of each ``$name`` in its place; what the request does not have is not compared."""
        filled = {path: _in_place(wanted, fill) for path, wanted in self.json_members.items()}
        members = {path: wanted for path, wanted in filled.items() if wanted is not MISSING}
        return self if members == self.json_members else self.model_copy(update={"json_members": members})

    def holds(self, status: int, body: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> bool:
        """Whether an answer means that the CSMS took the wish; ``headers`` have names in lower case."""
        if not (status in self.status if self.status else 200 <= status <= 299):
            return False
        if self.text and self.text not in body.decode(errors="replace"):
            return False
        if not all(part in headers.get(name.lower(), "") for name, part in self.headers.items()):
            return False
        content = as_json(body) if self.json_members else None
        return all(_meets(follow(content, parse_path(path)), wanted) for path, wanted in self.json_members.items())

    def __str__(self) -> str:
        statuses = ", ".join(map(str, self.status)) or "200 to 299"
        members = [f"{path} {_in_words(wanted)}" for path, wanted in self.json_members.items()]
        text = [f"the text {self.text!r}"] if self.text else []
        parts = [f"{part!r} in the header {name}" for name, part in self.headers.items()]
        more = [*members, *text, *parts]
        return f"{statuses} with {' and '.join(more)}" if more else statuses


_STATUSES, _RULE = "(statuses)", "(rule)"


def _not_empty(value: Any) -> Any:
    if value == {}:
        raise ValueError("accept names nothing; give status, json, text or headers")
    return value


Accepted = Annotated[
    Annotated[list[Status], Field(min_length=1), Tag(_STATUSES)]
    | Annotated[Accept, BeforeValidator(_not_empty), Tag(_RULE)],
    Discriminator(lambda value: _STATUSES if isinstance(value, list) else _RULE),
]
"""A list of HTTP statuses, or an ``Accept``."""


def says_no(body: bytes) -> bool:
    """Whether a body refuses in a way that leaves no doubt to a machine.

    That is a JSON object with ``success: false``, an ``error`` that says something, or a ``status`` such as
    ``Rejected`` or 409; or a list of nothing but such objects. Anything else, prose above all, says nothing.
    """
    content = as_json(body)
    objects = content if isinstance(content, list) else [content]
    return bool(objects) and all(isinstance(one, dict) and _refuses(one) for one in objects)


def as_json(body: bytes) -> Any:
    """The JSON value of a body, or MISSING."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return MISSING


def says_nothing(body: bytes) -> bool:
    """Whether a body is empty, or JSON without content."""
    return not body.strip() or as_json(body) in ({}, [], None, "")


def _refuses(answer: Mapping[str, Any]) -> bool:
    members = {name.casefold().replace("_", "").replace("-", ""): value for name, value in answer.items()}
    return (
        any(members.get(name) is False for name in _DONE)
        or any(_is_no(members.get(name)) for name in _OUTCOME)
        or any(_is_error(members.get(name)) for name in _ERRORS)
    )


def _is_no(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in _SAYING_NO
    return isinstance(value, int) and not isinstance(value, bool) and _LEAST_BAD <= value <= _MOST_BAD


def _is_error(value: Any) -> bool:
    return value.strip().casefold() not in _NO_ERROR if isinstance(value, str) else bool(value)


def _in_place(wanted: Any, fill: Callable[[Any], Any]) -> Any:
    if isinstance(wanted, list):
        values = [_in_place(one, fill) for one in wanted]
        return [value for value in values if value is not MISSING] or MISSING
    return fill(wanted) if isinstance(wanted, str) and wanted.startswith("$") else wanted


def _meets(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return (value is not MISSING) is bool(wanted["present"])
    if isinstance(wanted, list):
        return any(_meets(value, one) for one in wanted)
    # In Python True equals 1; in JSON it does not.
    return value is not MISSING and isinstance(value, bool) is isinstance(wanted, bool) and bool(value == wanted)


def _in_words(wanted: Any) -> str:
    if isinstance(wanted, Mapping):
        return "present" if wanted["present"] else "absent"
    if isinstance(wanted, list):
        return " or ".join(map(_in_words, wanted))
    return wanted if isinstance(wanted, str) else json.dumps(wanted)
