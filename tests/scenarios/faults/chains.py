"""Certificate chains that are wrong in one thing, made from the right one for the same certificate request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from csms_harness.certificates.reading import certificates
from tests.certificates import making
from tests.support.scripted_csms import EPOCH, KEYS, ROOT, ROOT_KEY

_PREFIX: Final = "$chain."


def is_chain(value: Any) -> bool:
    """Whether a value of a fault names a chain."""
    return isinstance(value, str) and value.startswith(_PREFIX)


def chain(name: str, good: str) -> str:
    """The chain of that name in place of the good one."""
    return _WRONG[name.removeprefix(_PREFIX)](certificates(good)[0])


def _signed(leaf: x509.Certificate, **changed: Any) -> x509.Certificate:
    named: dict[str, Any] = {
        "subject": leaf.subject, "public_key": leaf.public_key(), "issuer": ROOT.subject, "issuer_key": ROOT_KEY,
    }  # fmt: skip
    return making.certificate(**(named | changed))


@cache
def _another_key() -> Any:
    return making.key()


def _self_signed(leaf: x509.Certificate) -> str:
    private = KEYS.of(making.pem(leaf))
    assert private is not None
    return making.pem(_signed(leaf, issuer=leaf.subject, issuer_key=load_pem_private_key(private, None)))


def _began(moment: datetime) -> Callable[[x509.Certificate], str]:
    return lambda leaf: making.pem(_signed(leaf, began=moment), ROOT)


_WRONG: Final[dict[str, Callable[[x509.Certificate], str]]] = {
    "another_key": lambda leaf: making.pem(_signed(leaf, public_key=_another_key().public_key()), ROOT),
    "another_subject": lambda leaf: making.pem(_signed(leaf, subject=making.name("CP_02", "CSMS Harness")), ROOT),
    "expired": _began(EPOCH - timedelta(days=400)),
    "not_yet_valid": _began(EPOCH + timedelta(days=1)),
    "self_signed": _self_signed,
    "stranger": lambda leaf: making.pem(leaf, making.root("Scripted Root")[0]),
    "short_hash": lambda leaf: making.pem(_signed(leaf, hashed=hashes.SHA224()), ROOT),
    "another_root": lambda _leaf: making.pem(ROOT),
    "root_first": lambda leaf: making.pem(ROOT, leaf),
}
