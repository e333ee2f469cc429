"""The `ocpp` package as this Central System uses it: its routing and its names, with types."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from ocpp.charge_point import camel_to_snake_case, remove_nones, serialize_as_dict, snake_to_camel_case
from ocpp.routing import create_route_map, on

Route = TypeVar("Route", bound=Callable[..., Awaitable[Any]])


def answering(action: str) -> Callable[[Route], Route]:
    """Route an action to a method by `ocpp.routing.on`, without the package's own validation.

    That one checks no dates, and speaks the error codes of OCPP 2.0.1 from a pool of threads.
    """
    route = on(action, skip_schema_validation=True)  # type: ignore[no-untyped-call]
    return cast("Callable[[Route], Route]", route)


def routes_of(answers: object) -> dict[str, Callable[..., Awaitable[Any]]]:
    """The routed methods of an object, by action."""
    routes: dict[str, dict[str, Any]] = create_route_map(answers)  # type: ignore[no-untyped-call]
    return {str(action): entry["_on_action"] for action, entry in routes.items()}


def as_arguments(payload: dict[str, Any]) -> dict[str, Any]:
    """The members of a payload as the arguments of a routed method."""
    arguments: dict[str, Any] = camel_to_snake_case(payload)  # type: ignore[no-untyped-call]
    return arguments


def as_members(arguments: Any) -> Any:
    """Arguments of a routed method as the members they came from."""
    return snake_to_camel_case(arguments)  # type: ignore[no-untyped-call]


def as_payload(answer: Any) -> dict[str, Any]:
    """What a routed method returned, one of the package's dataclasses, as a payload."""
    members: dict[str, Any] = as_members(remove_nones(serialize_as_dict(answer)))  # type: ignore[no-untyped-call]
    return members
