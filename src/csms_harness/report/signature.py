"""A detached Ed25519 signature over manifest.json, for those who want to know who vouches for a run.

The user makes the keys; openssl can check the signature as well. Needs the extra ``sign``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from csms_harness.foreign import for_terminal
from csms_harness.record.errors import ReportError
from csms_harness.report.manifest import NAME, SIGNATURE
from csms_harness.report.write import replace_file

_MAKE: Final = "make one with: openssl genpkey -algorithm ed25519 -out key.pem"


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """The key to sign with, from an unencrypted PEM file. Raises :class:`ReportError`."""
    data = _bytes(path)
    try:
        key = load_pem_private_key(data, None)
    except TypeError:
        raise ReportError(f"{_shown(path)}: the key is encrypted; give one without a passphrase.") from None
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ReportError(f"{_shown(path)}: no private key in PEM; {_MAKE}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ReportError(f"{_shown(path)}: a private key, but not an Ed25519 one; {_MAKE}")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """The key to check with, from a PEM file. Raises :class:`ReportError`."""
    data = _bytes(path)
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        get = "get it with: openssl pkey -in key.pem -pubout -out public.pem"
        raise ReportError(f"{_shown(path)}: no public key in PEM; {get}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ReportError(f"{_shown(path)}: a public key, but not an Ed25519 one.")
    return key


def sign_manifest(folder: Path, key: Ed25519PrivateKey) -> Path:
    """Write the signature (64 bytes) beside the manifest and return its path. Raises :class:`ReportError`."""
    replace_file(folder / SIGNATURE, key.sign(_bytes(folder / NAME)))
    return folder / SIGNATURE


def check_signature(folder: Path, key: Ed25519PublicKey) -> str:
    """What is wrong with the signature of the manifest; empty when it holds. Raises :class:`ReportError`."""
    if not (folder / SIGNATURE).is_file():
        return f"{SIGNATURE} is missing: the manifest was not signed"
    try:
        key.verify(_bytes(folder / SIGNATURE), _bytes(folder / NAME))
    except InvalidSignature:
        return f"{SIGNATURE} is not a signature of this {NAME} by the owner of this key"
    return ""


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReportError(f"{_shown(path)}: cannot be read ({error.strerror}).") from error


def _shown(path: Path) -> str:
    return for_terminal(str(path), 300)
