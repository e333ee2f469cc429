"""Options that are not written on the command line: from the environment, and from the pyproject.toml of a repository.

A name means an option of ``run``; those in SHARED count for every command that has them, and a command's own come with
its name before them. The command line goes before the environment, and that before the file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

import typer

from csms_harness.cli.common import plainly

PREFIX: Final = "CSMS_HARNESS_"
FILE: Final = "pyproject.toml"
TABLE: Final = "csms_harness"
SHARED: Final = frozenset({"target", "pics", "scenarios", "url", "deadline", "lanes"})
NO_OPTIONS: Final = frozenset({"DEBUG", "STATE"})
"""Variables of the harness that are no option."""
RUN: Final = "run"

SOURCES: Final = "csms_harness.settings"
"""Where a context of the command line keeps from where its settings are."""

_IN_PLACE_OF: Final[Mapping[str, frozenset[str]]] = {
    "resume": frozenset({"patterns", "k", "last_failed", "failed_first", "out", "force", "watch"}),
    "x": frozenset({"max_fail"}),
    "max_fail": frozenset({"x"}),
    "step": frozenset({"lanes"}),
}
"""Options on the command line, and what would contradict them had it been written beside them."""
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Setting:
    """A value from elsewhere: of which option, as it is written, where it stands, and of which command alone."""

    name: str
    value: Any
    source: str
    command: str = ""
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """What is known of an option: its spelling on the command line (empty for the arguments), and what it takes."""

    name: str
    spelling: str
    flag: bool
    several: bool
    path: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Settings as words of the command line, and where they stand."""

    words: tuple[str, ...]
    sources: tuple[str, ...]


def found(commands: Sequence[str]) -> list[Setting]:
    """All there are, those that count more at the end. Raises typer.BadParameter for a file that cannot be read."""
    return [*_of_the_file(commands), *_of_the_environment(commands)]


def words_of(
    name: str, command: Any, function: Callable[..., object], settings: Sequence[Setting], words: Sequence[str]
) -> Told:
    """The settings of a command, to go before the ``words`` that stand on the command line.

    Raises typer.BadParameter for a name that was probably meant as an option's, and for a value that cannot be.
    """
    options = {key: option for option, keys in _options(command, function) for key in keys}
    written = {option.name for option in options.values() if option.spelling and _is_written(option, options, words)}
    superseded = frozenset().union(*(_IN_PLACE_OF.get(one, frozenset()) for one in written))
    if any(_arguments(options, words)):
        superseded |= {option.name for option in options.values() if not option.spelling}
    taken: dict[str, tuple[list[str], str]] = {}
    for setting in settings:
        option = options.get(setting.name)
        if not _concerns(setting, name, known=option is not None):
            continue
        if option is None:
            _unknown(setting, name, options)
            continue
        spelt = _spelt(option, setting)
        _check(command, name, setting, spelt)
        if option.name not in superseded:
            taken[option.name] = spelt, setting.source
    return Told(
        tuple(word for spelt, _ in taken.values() for word in spelt), tuple(source for _, source in taken.values())
    )


def _concerns(setting: Setting, name: str, *, known: bool) -> bool:
    """Whether a setting is one of this command: its own, or one of ``run`` that others have as well."""
    if setting.command or name == RUN:
        return setting.command in ("", name)
    return setting.name in SHARED and known


def _options(command: Any, function: Callable[..., object]) -> Iterator[tuple[Option, set[str]]]:
    """The options of a command, each with the names that it may be called by: ``max_fail``, ``keyword`` and ``k``."""
    hints = get_type_hints(function)
    for one in command.params:
        path = Path in (hints.get(one.name), *get_args(hints.get(one.name)))
        if one.param_type_name != "option":
            if one.nargs == -1:
                yield Option(one.name, "", flag=False, several=True, path=path), {one.name}
            continue
        spellings = [text for text in one.opts if text not in ("--help", "-h")]
        if spellings:
            keys = {text.lstrip("-").replace("-", "_") for text in spellings}
            longest = max(spellings, key=len)
            name = longest.lstrip("-").replace("-", "_")
            yield Option(name, longest, bool(one.is_flag), bool(one.multiple), path), keys


def _is_written(option: Option, options: Mapping[str, Option], words: Sequence[str]) -> bool:
    keys = [key for key, other in options.items() if other is option]
    spellings = [f"--{key.replace('_', '-')}" if len(key) > 1 else f"-{key}" for key in keys]
    return any(word == text or word.startswith(f"{text}=") for word in words for text in spellings)


def _arguments(options: Mapping[str, Option], words: Sequence[str]) -> Iterator[str]:
    """The words that are no options, nor their values."""
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            yield from waiting
        elif not word.startswith("-") or word == "-":
            yield word
        elif "=" not in word:
            option = options.get(word.lstrip("-").replace("-", "_"))
            if option is not None and not option.flag:
                next(waiting, None)


def _of_the_environment(names: Sequence[str]) -> Iterator[Setting]:
    for variable, value in sorted(os.environ.items()):
        key = variable.removeprefix(PREFIX)
        if key != variable and key not in NO_OPTIONS and value:
            first, _, rest = key.lower().partition("_")
            command, option = (first, rest) if rest and first in names else ("", key.lower())
            yield Setting(option, value, variable, command)


def _of_the_file(names: Sequence[str]) -> Iterator[Setting]:
    folders = (Path(), *(Path.cwd().parents))
    path = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    if path is None:
        return
    import tomllib

    try:
        table = tomllib.loads(path.read_text("utf-8")).get("tool", {}).get(TABLE, {})
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path}: cannot be read: {error}") from None
    if not isinstance(table, Mapping):
        raise typer.BadParameter(f'{path}: [tool.{TABLE}] is a table of options, such as target = "target.yaml"')
    for key, value in table.items():
        if isinstance(value, Mapping) and key in names:
            for inner, told in value.items():
                where = f"{path}: '{inner}' in [tool.{TABLE}.{key}]"
                yield Setting(inner.replace("-", "_"), told, where, key, path.parent)
        else:
            yield Setting(key.replace("-", "_"), value, f"{path}: '{key}' in [tool.{TABLE}]", "", path.parent)


def _unknown(setting: Setting, name: str, options: Mapping[str, Option]) -> None:
    """Refuse a name that no option has, unless it is a variable like none of them: a target file may use it.

    Raises typer.BadParameter.
    """
    from csms_harness.documents.mistakes import did_you_mean

    hint = did_you_mean(setting.name, sorted(options))
    text = f"{setting.source}: csms-harness {name} has no option of this name"
    if setting.folder is None and not hint:
        return
    raise typer.BadParameter(f"{text}; {hint or f'csms-harness {name} --help lists all'}")


def _spelt(option: Option, setting: Setting) -> list[str]:
    """The words of a setting. A list in a variable has commas, a path in a file begins at its folder."""
    value = setting.value
    if option.flag:
        told = str(value).strip().casefold()
        if told not in _YES | _NO:
            raise typer.BadParameter(f"{setting.source}: true or false is due, this is {value!r}")
        return [option.spelling] * (told in _YES)
    if option.several:
        value = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        if not isinstance(value, list):
            raise typer.BadParameter(f"{setting.source}: a list is due, this is {value!r}")
    else:
        value = [value]
    if any(isinstance(one, bool) or not isinstance(one, str | int | float) for one in value):
        raise typer.BadParameter(f"{setting.source}: a text or a number is due, this is {setting.value!r}")
    texts = [
        str(setting.folder / str(one)) if option.path and setting.folder is not None else str(one) for one in value
    ]
    return [word for text in texts for word in _words(option, text)]


def _words(option: Option, text: str) -> tuple[str, ...]:
    if not option.spelling:
        return (text,)
    return (f"{option.spelling}={text}",) if option.spelling.startswith("--") else (option.spelling, text)


def _check(command: Any, name: str, setting: Setting, words: Sequence[str]) -> None:
    """Take one setting for itself, so that what is wrong with its value is told of where it stands."""
    try:
        command.make_context(name, list(words))
    except typer.BadParameter as error:
        if type(error) is typer.BadParameter:
            raise typer.BadParameter(f"{setting.source}: {plainly(error).message}") from None
