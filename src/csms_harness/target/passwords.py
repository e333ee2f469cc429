"""New passwords for Charge Points (AuthorizationKey): made anew for each case, of 20 bytes that are text as well."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Final

NEW_KEY: Final = "new_authorization_key"
"""What ``config`` calls a password that a case may have set, in hex."""

OWN_KEY: Final = "own_authorization_key"
"""What ``config`` calls the password of the target file, in hex; empty when none can be set over OCPP."""

LENGTHS: Final = range(16, 21)
"""Bytes that an AuthorizationKey may have (security whitepaper, 2.4)."""

_SIGNS: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def with_keys(config: Mapping[str, Any], password: bytes | None) -> dict[str, Any]:
    """The configuration of one case with a new password, and the one to be given back."""
    made = "".join(secrets.choice(_SIGNS) for _ in range(20)).encode().hex()
    own = password.hex() if password is not None and len(password) in LENGTHS else ""
    return {**config, NEW_KEY: made, OWN_KEY: own}
