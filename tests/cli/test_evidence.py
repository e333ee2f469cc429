"""``report``, ``verify`` and signatures from the command line. Keys are made here and never kept."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from typer.testing import CliRunner, Result

from csms_harness.cli.main import app
from csms_harness.cli.paper import wanted
from csms_harness.record.errors import ReportError
from csms_harness.report import extras
from csms_harness.report.write import write_reports
from tests.report.realistic import facts


def cli(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_reports(facts(), tmp_path / "run", ("facts",))
    return tmp_path / "run"


def _keys(folder: Path, name: str, protection: KeySerializationEncryption | None = None) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}-public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection or NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_report_twice_gives_the_same_bytes_in_every_format(folder: Path) -> None:
    assert cli("report", folder, "--pdf").exit_code == 0
    once = _contents(folder)
    assert {"certificate.html", "certificate.pdf", "facts.json", "junit.xml", "manifest.json", "report.md"} <= set(once)
    assert cli("report", folder).exit_code == 0
    assert _contents(folder) == once


def test_report_makes_the_same_bytes_in_another_folder_and_time_zone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("report", folder, "--pdf")
    (tmp_path / "other").mkdir()
    (tmp_path / "other/facts.json").write_bytes((folder / "facts.json").read_bytes())
    monkeypatch.setenv("TZ", "Asia/Seoul")
    cli("report", tmp_path / "other", "--pdf")
    assert _contents(tmp_path / "other") == _contents(folder)


def test_verify_says_that_all_is_as_it_was(folder: Path) -> None:
    cli("report", folder)
    result = cli("verify", folder)
    assert result.exit_code == 0
    assert result.stdout == "9 files as manifest.json says\n"


def test_verify_names_every_file_that_is_not(folder: Path) -> None:
    cli("report", folder)
    (folder / "report.md").write_text("# All passed")
    result = cli("verify", folder)
    assert result.exit_code == 1
    assert result.stdout == "changed  report.md\n"


def test_verify_without_a_manifest_is_a_usage_error(tmp_path: Path) -> None:
    result = cli("verify", tmp_path)
    assert result.exit_code == 2
    assert "give the folder of a run" in result.stderr


def test_a_signature_holds_for_its_key_and_for_no_other(folder: Path, tmp_path: Path) -> None:
    private, public = _keys(tmp_path, "mine")
    assert cli("report", folder, "--sign", private).exit_code == 0
    assert len((folder / "manifest.json.sig").read_bytes()) == 64
    held = cli("verify", folder, "--public-key", public)
    assert (held.exit_code, held.stdout) == (0, "9 files as manifest.json says, and the signature holds\n")
    forged = cli("verify", folder, "--public-key", _keys(tmp_path, "other")[1])
    assert forged.exit_code == 1
    assert "is not a signature of this manifest.json by the owner of this key" in forged.stdout


def test_a_changed_manifest_breaks_the_signature(folder: Path, tmp_path: Path) -> None:
    private, public = _keys(tmp_path, "mine")
    cli("report", folder, "--sign", private)
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    assert cli("verify", folder, "--public-key", public).exit_code == 1


def test_a_manifest_that_was_not_signed_does_not_pass_for_signed(folder: Path, tmp_path: Path) -> None:
    cli("report", folder)
    result = cli("verify", folder, "--public-key", _keys(tmp_path, "mine")[1])
    assert result.exit_code == 1
    assert "manifest.json.sig is missing: the manifest was not signed" in result.stdout


def test_a_signature_that_was_not_checked_is_said_so(folder: Path, tmp_path: Path) -> None:
    cli("report", folder, "--sign", _keys(tmp_path, "mine")[0])
    result = cli("verify", folder)
    assert result.exit_code == 0
    assert "manifest.json.sig was not checked: give --public-key" in result.stderr


def test_a_key_that_cannot_sign_is_refused_before_anything_is_written(folder: Path, tmp_path: Path) -> None:
    rsa = tmp_path / "rsa.pem"
    rsa_key = generate_private_key(65537, 2048)
    rsa.write_bytes(rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    protected, public = _keys(tmp_path, "protected", BestAvailableEncryption(b"secret"))
    for key, sentence in (
        (rsa, "a private key, but not an Ed25519 one; make one with: openssl genpkey"),
        (protected, "the key is encrypted; give one without a passphrase"),
        (public, "no private key in PEM"),
        (tmp_path / "nowhere.pem", "cannot be read (No such file or directory)"),
    ):
        result = cli("report", folder, "--sign", key)
        assert result.exit_code == 2
        assert sentence in result.stderr
    assert not (folder / "manifest.json").exists()


def test_a_public_key_that_is_none_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    cli("report", folder)
    result = cli("verify", folder, "--public-key", _keys(tmp_path, "mine")[0])
    assert result.exit_code == 2
    assert "no public key in PEM; get it with: openssl pkey" in result.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--report", "pdf=x.pdf"), "A PDF needs the extra 'pdf', which is not installed"),
        (("--pdf",), "run: pip install 'csms-harness[pdf]'"),
        (("--sign", "key.pem"), "A signature needs the extra 'sign', which is not installed"),
        (("--report", "svg=x"), "write KIND=PATH with KIND one of html, junit, markdown, facts, pdf"),
        (("--report", "pdf"), "write KIND=PATH"),
    ],
)
def test_what_cannot_be_made_is_said_before_the_run(
    options: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    result = cli("run", "--url", "ws://127.0.0.1:1/ocpp", "--out", "/dev/null/never", *options)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_report_that_cannot_be_written_does_not_cost_manifest_and_signature(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    extra = (("junit", tmp_path / "file" / "junit.xml"), ("junit", tmp_path / "other.xml"))
    with pytest.raises(ReportError, match=r"junit\.xml' could not be written") as told:
        replace(wanted(sign=_keys(tmp_path, "mine")[0]), extra=extra).write(facts(), tmp_path)
    assert {"html", "facts", "junit (extra)", "manifest", "signature"} <= set(told.value.written)
    assert "other.xml" in (tmp_path / "manifest.json").read_text()
