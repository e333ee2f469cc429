"""Two runs of one machine never use one identity at one Central System at the same time."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from csms_harness.runner.atwork import Occupied, at_work

URL = "ws://127.0.0.1:9000/ocpp"


@pytest.mark.parametrize("url", [URL, "ws://localhost:9000/ocpp", "ws://127.0.0.1:9000/ocpp/"])
def test_an_identity_at_work_is_refused_with_who_has_it(url: str, tmp_path: Path) -> None:
    with at_work(tmp_path, URL, ["CP_01", "CP_02"], "a run into reports/one"):
        with pytest.raises(Occupied) as told, at_work(tmp_path, url, ["CP_09", "CP_02"], "another"):
            pass
        assert str(told.value) == (
            "CP_02 is at work at this Central System already, in another run of this machine "
            f"(process {os.getpid()}: a run into reports/one); "
            "wait for its end, or give this run a Charge Point of its own"
        )
    with at_work(tmp_path, url, ["CP_02", "CP_09"], "another"):
        pass


@pytest.mark.parametrize(
    ("url", "identity"),
    [("ws://127.0.0.1:9001/ocpp", "CP_01"), ("ws://127.0.0.1:9000/other", "CP_01"), (URL, "CP_02"), (URL, "cp_01")],
)
def test_another_identity_or_central_system_is_free(url: str, identity: str, tmp_path: Path) -> None:
    with at_work(tmp_path, URL, ["CP_01"], "one"), at_work(tmp_path, url, [identity], "another"):
        pass


def test_the_port_that_is_meant_may_be_left_out(tmp_path: Path) -> None:
    with (
        at_work(tmp_path, "wss://h/", ["A"], "x"),
        pytest.raises(Occupied),
        at_work(tmp_path, "wss://h:443", ["A"], "y"),
    ):
        pass


def test_a_file_that_holds_nonsense_still_locks(tmp_path: Path) -> None:
    with at_work(tmp_path, URL, ["CP_01"], "x" * 9000):
        (file,) = (tmp_path / "at-work").iterdir()
        assert json.loads(file.read_text())["process"] == os.getpid()
        with (
            pytest.raises(Occupied, match="in another run of this machine; wait"),
            at_work(tmp_path, URL, ["CP_01"], ""),
        ):
            pass


def test_a_folder_that_cannot_be_written_knows_of_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with at_work(tmp_path / "file", URL, ["CP_01"], "x"), at_work(tmp_path / "file", URL, ["CP_01"], "x"):
        pass


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    with at_work(tmp_path, URL, ["CP_01"], "x"):
        (file,) = (tmp_path / "at-work").iterdir()
    file.unlink()
    (tmp_path / "precious").write_text("precious")
    file.symlink_to(tmp_path / "precious")
    with at_work(tmp_path, URL, ["CP_01"], "x"):
        pass
    assert (tmp_path / "precious").read_text() == "precious"
