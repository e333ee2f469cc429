"""Parts of requests that are written once."""

from __future__ import annotations

from csms_harness.triggers.config import entries_of
from tests.target.test_target import SMALLEST, mistakes, read

PARTS = """\
parts:
  api: {headers: {X-Key: abc, X-Who: all}, accept: [202], method: PUT}
  slow: {timeout: 9 s, accept: [200]}
"""


def test_a_request_has_what_its_parts_say_and_what_it_says_itself_wins() -> None:
    target = read(
        SMALLEST
        + PARTS
        + """
triggers:
  Reset: {http: {use: [api, slow], url: "http://127.0.0.1/reset", headers: {X-Who: me}}}
  ClearCache:
    http:
      use: slow
      url: "http://127.0.0.1/cache"
      prepare: [{use: api, url: "http://127.0.0.1/login"}]
provision:
  idTag: {http: {use: api, url: "http://127.0.0.1/t"}, read: {use: slow, url: "http://127.0.0.1/t"}}
session: {login: [{use: api, url: "http://127.0.0.1/login"}]}
"""
    )
    (reset,), (cache,) = entries_of(target.triggers, "Reset"), entries_of(target.triggers, "ClearCache")
    assert reset.http is not None
    assert (reset.http.method, reset.http.headers) == ("PUT", {"X-Who": "me", "X-Key": "abc"})
    assert (reset.http.accept, reset.http.timeout) == ([202], 9.0)
    assert cache.http is not None
    assert (cache.http.prepare[0].method, cache.http.accept) == ("PUT", [200])
    (tag,) = entries_of(target.provision, "idTag")
    assert tag.http is not None
    assert tag.http.accept == [202]
    assert target.session is not None
    assert target.session.login[0].accept == [202]


def test_what_is_wrong_with_a_part_is_told_once_with_its_place() -> None:
    text = (
        SMALLEST
        + """\
parts: {api: {headrs: {}, accept: [2]}}
triggers:
  Reset: {http: {use: api, url: "http://127.0.0.1/reset"}}
  ClearCache: {http: {use: apo, url: "http://127.0.0.1/cache"}}
  GetConfiguration: {http: {use: api, url: "http://127.0.0.1/cache"}}
"""
    )
    told = mistakes(text)
    assert "target.yaml:3:15: unknown key 'headrs' in a part did you mean 'headers'?" in told
    assert "target.yaml:6:28: no part is called 'apo' did you mean 'api'?" in told
    assert sum("'accept" in one or "3:36" in one for one in told) == 1


def test_a_name_in_a_part_is_looked_for_in_each_request_that_uses_it() -> None:
    text = (
        SMALLEST
        + """\
parts: {api: {headers: {X: $idTag}}}
triggers:
  RemoteStartTransaction: {http: {use: api, url: "http://127.0.0.1/start"}}
  Reset: {http: {use: api, url: "http://127.0.0.1/reset"}}
"""
    )
    (told,) = mistakes(text)
    assert told.startswith("target.yaml:3:28: $idTag: Reset.req has no field idTag")
