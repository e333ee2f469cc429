"""A first target.yaml and pics.yaml, from a few answers: commented, ready to load, good to read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from csms_harness.documents.mistakes import did_you_mean
from csms_harness.ocpp16.vocabulary import FUNCTIONALITY_NAMES, LONGEST_ID_TAG
from csms_harness.target.securing import checked_url
from csms_harness.target.templates import PICS, TARGET, TRIGGERS

NAMES: Final = ("target.yaml", "pics.yaml")
"""The two files."""

ENDPOINT, OPERATOR, COMMENTS = "endpoint", "operator", "comments"
WAYS: Final = (ENDPOINT, OPERATOR, COMMENTS)
"""How the CSMS is made to act: the one endpoint, a person at its screen, or left as comments for now."""

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_NUMBER: Final = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_IDENTITY: Final = 48


class Exists(FileExistsError):
    """A file that would be overwritten; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something only the user knows: its name, how it is asked, its default, and what makes an answer acceptable.

    ``check`` gives the answer as it is used; it raises ValueError with one sentence.
    """

    name: str
    text: str
    default: str
    check: Callable[[str], str]


def _identities(text: str) -> str:
    names = _listed(text)
    for name in names:
        if len(name) > _LONGEST_IDENTITY:
            raise ValueError(f"an identity has at most {_LONGEST_IDENTITY} characters, {name[:20]}… has {len(name)}")
    if not names or len(names) > len(set(names)):
        raise ValueError("name at least one Charge Point, and each only once; separate several with commas")
    return ",".join(names)


def _variable(text: str) -> str:
    if text and not _VARIABLE.fullmatch(text):
        raise ValueError(f"{text!r} is no name of an environment variable; write it like CSMS_PASSWORD")
    return text


def _id_tag(text: str) -> str:
    if len(text) > LONGEST_ID_TAG:
        raise ValueError(f"an idTag has at most {LONGEST_ID_TAG} characters, this one has {len(text)}")
    return _one_line(text)


def _way(text: str) -> str:
    if text not in WAYS:
        raise ValueError(f"{text!r} is none of {', '.join(WAYS)}; {did_you_mean(text, WAYS)}".rstrip("; "))
    return text


def _control_api(text: str) -> str:
    if not text.startswith(("http://", "https://")) or any(sign in text for sign in "{}$ "):
        raise ValueError(f"{text!r} is no address of a control API; write it like http://localhost:9100")
    return text.rstrip("/")


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("the answer is one line of visible characters")
    return text


def _functionalities(text: str) -> str:
    known = [str(profile) for profile in FUNCTIONALITY_NAMES]
    names = known if text.casefold() == "all" else _listed(text)
    for name in names:
        if name not in known:
            raise ValueError(f"{name!r} is none of {', '.join(known)}; {did_you_mean(name, known)}".rstrip("; "))
    return ",".join(names)


def _listed(text: str) -> list[str]:
    return [_one_line(name.strip()) for name in text.split(",") if name.strip()]


QUESTIONS: Final = (
    Question("url", "WebSocket URL of the CSMS, up to the identity", "ws://localhost:9000/ocpp", checked_url),
    Question("charge_point", "Identity of the Charge Point (several: commas; each is a lane)", "CP_01", _identities),
    Question("password_variable", "Environment variable with its password (empty: no password)", "", _variable),
    Question("id_tag", "An idTag that the CSMS accepts (several Charge Points: the first one's)", "TAG-001", _id_tag),
    Question("id_tag_2", "A second one of the same group (empty: leave out)", "", _id_tag),
    Question("parent_id_tag", "The parentIdTag of both (empty: leave out)", "", _id_tag),
    Question("invalid_id_tag", "How idTags begin that the CSMS does not know", "TAG-UNKNOWN", _id_tag),
    Question("expired_id_tag", "An expired idTag (empty: leave out)", "", _id_tag),
    Question("blocked_id_tag", "A blocked idTag (empty: leave out)", "", _id_tag),
    Question("triggers", f"How the CSMS is made to send something ({', '.join(WAYS)})", ENDPOINT, _way),
    Question("control_api", "Address of its control API", "http://localhost:9100", _control_api),
    Question("product", "Designation of the product", "My CSMS", _one_line),
    Question("vendor", "Vendor", "", _one_line),
    Question("software_version", "Software version", "", _one_line),
    Question("functionalities", "What it has (commas, or all; empty: declare nothing)", "", _functionalities),
)  # fmt: skip
"""All that is asked, in this order; every question has a default."""


def collect(given: Mapping[str, str], ask: Callable[[Question], str] | None) -> dict[str, str]:
    """An answer to every question: as given, else as asked, else the default.

    Raises ValueError with one sentence, which begins with the option, for a given answer that cannot be used.
    """
    answers: dict[str, str] = {}
    for question in QUESTIONS:
        if question.name in given:
            answers[question.name] = _accepted(question, given[question.name])
        elif ask is None or _is_idle(question, answers):
            answers[question.name] = question.default
        else:
            answers[question.name] = ask(question)
    return answers


def _accepted(question: Question, answer: str) -> str:
    try:
        return question.check(answer.strip())
    except ValueError as error:
        raise ValueError(f"--{question.name.replace('_', '-')}: {error}") from None


def _is_idle(question: Question, answers: Mapping[str, str]) -> bool:
    """Whether the answers so far make this question pointless."""
    return question.name == "control_api" and answers["triggers"] != ENDPOINT


def files(answers: Mapping[str, str]) -> dict[str, str]:
    """The two files by name, from an answer to every question."""
    return dict(zip(NAMES, (_target(answers), _pics(answers)), strict=True))


def refuse_to_overwrite(folder: Path) -> None:
    """Raises Exists when one of the files is there."""
    present = [str(folder / name) for name in NAMES if (folder / name).exists()]
    if present:
        there = f"{' and '.join(present)} {'are' if len(present) > 1 else 'is'} there already"
        raise Exists(f"{there}; nothing was written. Name another folder, or add --force to overwrite")


def write(folder: Path, contents: Mapping[str, str]) -> list[Path]:
    """Write both files into the folder, which is made if need be. Raises OSError when it cannot be done."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in contents.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in contents]


def _target(answers: Mapping[str, str]) -> str:
    password = answers["password_variable"]
    secret = f", password: $env.{password}" if password else ""
    lanes = lane_id_tags(answers)
    entries = [
        f"  - {{id: {_yaml(_literal(name))}{secret}{_own_config(own)}}}"
        for name, own in zip(answers["charge_point"].split(","), lanes, strict=True)
    ]
    common = (
        {}
        if any(lanes)
        else {
            "valid_id_tag": ("id_tag", "TAG-001", "Accepted"),
            "valid_id_tag_2": ("id_tag_2", "TAG-002", "Accepted, another driver of the same group"),
        }
    )
    tags = common | {
        "parent_id_tag": ("parent_id_tag", "GROUP-001", "the group of both"),
        "invalid_id_tag": ("invalid_id_tag", "TAG-UNKNOWN", "not known to the CSMS; each use ends otherwise"),
        "expired_id_tag": ("expired_id_tag", "TAG-EXPIRED", "Expired"),
        "blocked_id_tag": ("blocked_id_tag", "TAG-BLOCKED", "Blocked"),
    }
    lines = [_config_line(name, answers[answer], example, what) for name, (answer, example, what) in tags.items()]
    return TARGET.format(
        url=_yaml(answers["url"]),
        charge_points="\n".join(entries),
        id_tags="\n".join(lines),
        triggers=TRIGGERS[answers["triggers"]].replace("CONTROL_API", answers["control_api"]),
    )


def lane_id_tags(answers: Mapping[str, str]) -> list[dict[str, str]]:
    """What each of several Charge Points has as idTags of its own; empty for one alone.

    The first has those that were named, the others are counted on from there: TAG-001, TAG-002 …
    """
    names = answers["charge_point"].split(",")
    if len(names) == 1:
        return [{}]
    named = {"valid_id_tag": answers["id_tag"], "valid_id_tag_2": answers["id_tag_2"]}
    taken = {text.casefold() for name, text in answers.items() if name.endswith("id_tag") or name == "id_tag_2"}
    lanes = [{name: text for name, text in named.items() if text}]
    for _ in names[1:]:
        lanes.append({})
        for name in lanes[0]:
            lanes[-1][name] = _next_tag(lanes[-2][name], taken)
    return lanes


def _next_tag(tag: str, taken: set[str]) -> str:
    """The tag that follows another and is nobody's; it is taken from now on."""
    while tag.casefold() in taken:
        found = _NUMBER.fullmatch(tag)
        begin, digits = (found[1], found[2]) if found else (f"{tag}-", "1")
        counted = str(int(digits) + 1).zfill(len(digits))
        tag = begin[: LONGEST_ID_TAG - len(counted)] + counted
    taken.add(tag.casefold())
    return tag


def _own_config(own: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{name}: {_yaml(_literal(text))}" for name, text in own.items())
    return f", config: {{{pairs}}}" if own else ""


def _config_line(name: str, value: str, example: str, what: str) -> str:
    line = f"{name}: {_yaml(_literal(value))}" if value else f"# {name}: {example}"
    return f"  {line:<34}# {what}"


def _pics(answers: Mapping[str, str]) -> str:
    return PICS.format(
        product=_yaml(answers["product"]),
        vendor=_optional("vendor", answers["vendor"], "Example Ltd"),
        software_version=_optional("software_version", answers["software_version"], '"1.0"'),
        functionalities=_claims(answers["functionalities"]),
    )


def _claims(answer: str) -> str:
    """Claimed is yes and not claimed is no; all of it a comment when nothing is declared."""
    claimed, sign = set(answer.split(",")), "" if answer else "# "
    lines = [f"  {name}: {'yes' if name in claimed or not answer else 'no'}" for name in FUNCTIONALITY_NAMES]
    return "\n".join(f"{sign}{line}" for line in ("functionalities:", *lines))


def _optional(name: str, value: str, example: str) -> str:
    return f"  {name}: {_yaml(value)}" if value else f"  # {name}: {example}"


def _literal(text: str) -> str:
    """A text as a target file writes it, where ``$env.NAME`` and braces mean something else."""
    if text.startswith(("$env.", "$file:")):
        return text
    escaped = text.replace("{", "{{").replace("}", "}}")
    return f"${escaped}" if text.startswith("$") else escaped


def _yaml(text: str) -> str:
    """A text as YAML: plain where nobody could take it for something else, else in quotes."""
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _WORDS
    address = re.fullmatch(r"wss?://[\w.:/\[\]%~-]+", text)
    return text if plain or address else json.dumps(text, ensure_ascii=False)
