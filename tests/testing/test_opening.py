"""``open_source`` and ``check_source``: a source that keeps the protocol, and an AssertionError for every other one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from modelcheck.sources.folder import FolderSource
from modelcheck.testing.memory import MemorySource
from modelcheck.testing.opening import check_source, open_source

from conftest import ROOT, write_tree
from testing.pack import installed_pack


@pytest.fixture(scope="module", autouse=True)
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installed_pack(tmp_path_factory.mktemp("site")):
        yield


def test_a_plugins_source_is_opened_with_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_source("kit://thing", env={"KIT_SUFFIX": "-7b"}).name == "kit/thing-7b"
    assert open_source("kit://thing", plugin="kitpack").name == "kit/thing"
    monkeypatch.setenv("KIT_SUFFIX", "-1b")
    assert open_source("kit://thing", env={"KIT_SUFFIX": "-7b"}).name == "kit/thing-7b"
    assert open_source("kit://thing").name == "kit/thing-1b"


def test_our_own_sources_keep_the_protocol() -> None:
    check_source(MemorySource({"a": "abc"}))
    check_source(FolderSource(ROOT / "fixtures/tiny-base", boundary=ROOT / "fixtures/tiny-base"))
    assert open_source(str(ROOT / "fixtures/tiny-base"), plugin="modelcheck.sources.folder").kind == "folder"


REFUSED = {
    "refused": r"kit://refused is refused \(not-found\): the shop is closed",
    "crashes": "KeyError: 'crashes'",
    "none": "no such file or folder|no plug-in opens",
    "no-files": r"files\(\) is empty",
    "list-of-files": "must return a mapping of path to size, not list",
    "outside": "paths from the checkpoint's root",
    "wrong-size": r"read\('a/b.txt'\) returns 3 bytes, but files\(\) says 4",
    "text": "must return bytes, not str",
    "no-limit": r"read\('a/b.txt', 2\), of a longer file, must raise Broken, and returns b'abc'",
    "key-error": r"read_range\(.*, of no file of the checkpoint, must raise Absent, not KeyError",
    "whole-range": r"read_range\('a/b.txt', 0, 4\)|read_range\('a/b.txt', 1, 3\) must return b'bc'",
    "two-lines": "must be a text of one line",
    "no-name": "name must be a text that is not empty, not ''",
    "number": "revision must be a text or None, not 3",
    "changes": "must return the same listing",
    "crashes-later": "must raise Absent, Broken or Unavailable, not ZeroDivisionError",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_faulty_source_is_refused_with_what_it_must_do(name: str) -> None:
    with pytest.raises(AssertionError, match=REFUSED[name]):
        open_source(f"kit://{name}")


def test_another_plugins_source_does_not_pass(tmp_path: Path) -> None:
    write_tree(tmp_path, {"config.json": "{}"})
    for target in ("acme/thing", str(tmp_path)):
        with pytest.raises(AssertionError, match=r"is opened by modelcheck.sources.\w+, not by a plug-in"):
            open_source(target)
    with pytest.raises(AssertionError, match="is opened by kitpack, not by acme"):
        open_source("kit://thing", plugin="acme")


def test_what_is_no_source_is_told_what_it_lacks() -> None:
    with pytest.raises(AssertionError, match="is not a Source: it has no kind, name, revision, files, read, read_range, shown"):
        check_source(object())
