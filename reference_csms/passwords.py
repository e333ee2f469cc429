"""Passwords of Basic authentication: how one is kept, compared, and recognised where it would be shown."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets

_SCRYPT = {"n": 2**12, "r": 8, "p": 1}


def is_secret(key: str) -> bool:
    """Tell whether a configuration key holds the password; keys are compared without regard to case."""
    return key.lower() == "authorizationkey"


def hash_password(password: bytes) -> str:
    """Hash a password, which OCPP allows to be any bytes."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${hashlib.scrypt(password, salt=salt, **_SCRYPT).hex()}"


def password_fits(password: bytes, password_hash: str) -> bool:
    """Compare in constant time; takes some milliseconds on purpose, so call it in a thread."""
    salt, expected = (bytes.fromhex(part) for part in password_hash.split("$"))
    return hmac.compare_digest(hashlib.scrypt(password, salt=salt, **_SCRYPT), expected)


async def fits_in_a_thread(password: bytes, password_hash: str) -> bool:
    """The same, without keeping anybody waiting."""
    return await asyncio.to_thread(password_fits, password, password_hash)
