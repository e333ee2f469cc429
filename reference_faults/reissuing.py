"""Certificate chains signed anew: what another certificate authority would have made of the same certificate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Hash = hashes.SHA224 | hashes.SHA256 | hashes.SHA384
Leaf = dict[str, Any]
"""What a certificate is made of: subject, public_key, not_before, not_after; some have `ca` or `extensions`."""
Retouch = Callable[[Leaf], Leaf]
Reissue = Callable[[Any], Any]

LIFETIME: Final = timedelta(days=365)
_BEGAN: Final = datetime(2020, 1, 1, tzinfo=UTC)
_END: Final = "-----END CERTIFICATE-----\n"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A certificate with its key: who signs."""

    certificate: x509.Certificate
    key: Key
    scheme: padding.PSS | padding.PKCS1v15 | None = None


def same(leaf: Leaf) -> Leaf:
    """The leaf as it was."""
    return leaf


def named(common_name: str) -> x509.Name:
    """A name that is only a common name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def purposes(*kinds: x509.ObjectIdentifier) -> x509.ExtendedKeyUsage:
    """What a certificate is for."""
    return x509.ExtendedKeyUsage(kinds)


def usage(*, signs: bool = True, encrypts: bool = False) -> x509.KeyUsage:
    """What a key may be used for."""
    rest = dict.fromkeys(
        ("content_commitment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False
    )  # fmt: skip
    return x509.KeyUsage(digital_signature=signs, key_encipherment=encrypts, **rest)


def another_key() -> ec.EllipticCurvePrivateKey:
    """A key that nobody else has."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def stranger() -> Issuer:
    """Another certificate authority."""
    return _root("Another Root", another_key())


@cache
def impostor() -> Issuer:
    """One that has the name of the other, and a key of its own."""
    return _root("Another Root", another_key())


@cache
def rsa_authority() -> Issuer:
    """One that signs by RSA, as PKCS #1 v1.5 has it."""
    return _root("RSA Root", rsa.generate_private_key(65537, 2048), padding.PKCS1v15())


@cache
def pss_authority() -> Issuer:
    """One that signs by RSA, as PSS has it."""
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    return _root("PSS Root", rsa.generate_private_key(65537, 2048), pss)


@cache
def weak_authority() -> Issuer:
    """One that signs by an RSA key that is too short."""
    return _root("Weak Root", rsa.generate_private_key(65537, 1024), padding.PKCS1v15())  # noqa: S505  that is the fault


@cache
def no_authority() -> Issuer:
    """One that the stranger has certified, and not as an authority."""
    key = another_key()
    made = _certificate(_authority("Not an Authority", key), stranger().certificate.subject, stranger().key)
    return Issuer(made, key)


@cache
def intermediate() -> Issuer:
    """One that the stranger has certified."""
    key = another_key()
    made = _certificate(_authority("Intermediate", key), stranger().certificate.subject, stranger().key, ca=True)
    return Issuer(made, key)


def reissued(
    retouch: Retouch = same,
    issuer: Callable[[], Issuer] = stranger,
    after: tuple[Callable[[], Issuer], ...] = (stranger,),
    hashed: Hash | None = None,
) -> Reissue:
    """A chain whose leaf is retouched and signed by an issuer, and ``after`` it. What is no chain stays as it is."""

    def change(chain: Any) -> Any:
        leaf = _leaf_of(chain)
        if leaf is None:
            return chain
        by = issuer()
        made = _certificate(retouch(leaf), by.certificate.subject, by.key, scheme=by.scheme, hashed=hashed)
        return pem(made, *(one().certificate for one in after))

    return change


def signed(request: x509.CertificateSigningRequest) -> str:
    """The chain for a certificate request, whatever it asks for."""
    began = stranger().certificate.not_valid_before_utc
    leaf = {
        "subject": request.subject,
        "public_key": request.public_key(),
        "not_before": began,
        "not_after": began + 60 * LIFETIME,
    }
    return pem(_certificate(leaf, stranger().certificate.subject, stranger().key), stranger().certificate)


def self_signed(chain: Any) -> Any:
    """A certificate of the same name, for a key of its own and signed by that one. What is no chain stays as it is."""
    leaf, key = _leaf_of(chain), another_key()
    if leaf is None:
        return chain
    return pem(_certificate(leaf | {"public_key": key.public_key()}, leaf["subject"], key))


def reordered(order: Callable[[list[str]], list[str]]) -> Reissue:
    """The certificates of a chain in another order, or not all of them."""
    return lambda chain: "".join(order([f"{part}{_END}" for part in str(chain).split(_END) if part.strip()]))


def pem(*certificates: x509.Certificate) -> str:
    """A chain in PEM."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def private_key() -> str:
    """A private key in PEM, which nobody has use for."""
    return another_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def another_root(_: Any) -> str:
    """A root certificate instead of any other."""
    return pem(stranger().certificate)


def _leaf_of(chain: Any) -> Leaf | None:
    try:
        certificate = x509.load_pem_x509_certificates(str(chain).encode())[0]
    except ValueError:
        return None
    return {
        "subject": certificate.subject,
        "public_key": certificate.public_key(),
        "not_before": certificate.not_valid_before_utc,
        "not_after": certificate.not_valid_after_utc,
    }


def _authority(name: str, key: Key) -> Leaf:
    return {
        "subject": named(name),
        "public_key": key.public_key(),
        "not_before": _BEGAN,
        "not_after": _BEGAN + 60 * LIFETIME,
    }


def _root(name: str, key: Key, scheme: padding.PSS | padding.PKCS1v15 | None = None) -> Issuer:
    made = _certificate(_authority(name, key), named(name), key, ca=True, scheme=scheme)
    return Issuer(made, key, scheme)


def _certificate(
    leaf: Leaf,
    issuer: x509.Name,
    key: Key,
    *,
    ca: bool = False,
    scheme: padding.PSS | padding.PKCS1v15 | None = None,
    hashed: Hash | None = None,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(leaf["subject"])
        .issuer_name(issuer)
        .public_key(leaf["public_key"])
        .serial_number(x509.random_serial_number())
        .not_valid_before(leaf["not_before"])
        .not_valid_after(leaf["not_after"])
        .add_extension(x509.BasicConstraints(leaf.get("ca", ca), None), critical=True)
    )
    for extension in leaf.get("extensions", ()):
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashed or hashes.SHA256(), rsa_padding=scheme)
