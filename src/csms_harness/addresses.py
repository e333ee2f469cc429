"""Secrets told by what stands around them: in the user-info or the query of a URL, behind the name of a member."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from csms_harness.foreign import MASK

CONFIDENTIAL: Final = (
    r"[\w.%\[\]-]{0,40}(?:token|secret|passw|pwd|api[_-]?key|access[_-]?key|auth|jwt|credential|signature)"
)
"""How the name of something confidential begins, as a regular expression without case."""

SHORTEST: Final = 4
"""Shorter secrets are masked at their place only: everywhere else they would take ordinary words with them."""

QUERY: Final = re.compile(
    rf"([?&](?:{CONFIDENTIAL}[\w.%\[\]-]{{0,40}}|key|sig|pass|session(?:id)?)=)(?!\{{)([^&#\s\"'\\<>]+)()",
    re.IGNORECASE,
)
"""A confidential parameter of a query: what stands before its value, the value, and nothing."""

_MEMBER: Final = re.compile(
    rf"""(["']?{CONFIDENTIAL}[\w.-]{{0,40}}["']?\s*:\s*)(?!["']?[$]|[{{\[|>&*])("[^"]*"?|'[^']*'?|[^\s,}}\]][^,}}\]\n]*)""",
    re.IGNORECASE,
)
"""A member with a confidential name in YAML or JSON, and its value where it is written out and no reference."""

_USER_INFO: Final = re.compile(r"((?<!\w)\w+://)([^/?#\s\"'<>]*)(@)")
_NAME: Final = re.compile(rf"{CONFIDENTIAL}|(?:^|_)(?:key|sig|pass|pw)(?:$|_)", re.IGNORECASE)


def mask_addresses(text: str) -> str:
    """The text with the user-info of every URL in it masked, and what its query holds that looks like a secret."""
    if "@" in text:
        text = _USER_INFO.sub(rf"\g<1>{MASK}\g<3>", text)
    return QUERY.sub(rf"\g<1>{MASK}", text) if "=" in text else text


def mask_members(text: str) -> str:
    """A line of a YAML or JSON file with the value of every member masked whose name tells that it is confidential."""
    return _MEMBER.sub(rf"\g<1>{MASK}", text) if ":" in text else text


def secrets_in_address(url: str) -> frozenset[str]:
    """What looks like a secret in a URL, in each form in which it may come back; short ones are left out."""
    found = [match[2] for match in QUERY.finditer(url)]
    found += [part for match in _USER_INFO.finditer(url) for part in match[2].split(":", 1)]
    return frozenset(form for secret in found for form in forms(secret))


def forms(secret: str) -> frozenset[str]:
    """A secret as it is written, percent-encoded and decoded; nothing when it is too short to be looked for."""
    written = {secret, unquote(secret), unquote_plus(secret), quote(secret, safe="")}
    return frozenset(form for form in written if len(form) >= SHORTEST)


def is_confidential(name: str) -> bool:
    """Whether what goes by this name, such as an environment variable, is a secret by its name."""
    return _NAME.search(name) is not None
