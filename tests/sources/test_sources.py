"""Folders, the cache and mere names; links, loops and what lies outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from modelcheck.errors import Absent, Broken, TargetError
from modelcheck.plugins import Plugins
from modelcheck.sources import Access
from modelcheck.sources.cache import cache_folder, cached, remember
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.local_files import LocalFiles
from modelcheck.sources.target import Target, parse_target

from conftest import ROOT, write_tree

COMMIT = "0123456789abcdef0123456789abcdef01234567"


LINKED = {
    "f": "in", "d/g": "in", "li": "in", "ld/g": "in", "lo/back": "in", "d//g": "in", "./f": "in", "d/./g": "in",
    "d/none": "no d/none", "none": "no none", "none/x": "no none/x", "f/x": "no f/x",
    "lo/f": "leads out", "lo/none": "leads out", "lf": "leads out",
    "loop": "leads to itself", "gone": "leads nowhere", "fifo": "not a plain file", "d": "not a plain file", "": "not a plain file",
    "../out/f": "outside", "/etc/passwd": "outside", "d/../f": "outside",
}  # fmt: skip
"""Path → what is read of it, or a part of the error."""


class TestTarget:
    @pytest.mark.parametrize(
        ("text", "id_", "revision"),
        [
            ("org/name", "org/name", None),
            ("org/name@v1.0", "org/name", "v1.0"),
            ("org/name@refs/pr/1", "org/name", "refs/pr/1"),
            ("hf://org/name@main", "org/name", "main"),
            ("hf://models/org/name", "org/name", None),
            ("https://huggingface.co/org/name/", "org/name", None),
            ("gpt2", "gpt2", None),
        ],
    )
    def test_hub_ids(self, text: str, id_: str, revision: str | None) -> None:
        assert parse_target(text) == Target(text, "hub", id_, revision)

    def test_what_exists_is_local(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_tree(tmp_path, {"org/name/x": "", "gpt2": ""})
        monkeypatch.chdir(tmp_path)
        assert parse_target("org/name").kind == "folder"
        assert parse_target("gpt2").kind == "file"
        assert parse_target("hf://org/name").kind == "hub"

    @pytest.mark.parametrize(
        "text", ["", " ", "\0", "./x", "/no/such", "a/b/c", "x.yaml", "a b/c", "org/name@a..b", "org/", "-x/y"]
    )
    def test_what_can_be_neither_is_not_found(self, text: str) -> None:
        with pytest.raises(TargetError) as raised:
            parse_target(text)
        assert raised.value.kind == "not-found"

    def test_a_link_to_itself_is_unreadable(self, tmp_path: Path) -> None:
        (tmp_path / "loop").symlink_to("loop")
        with pytest.raises(TargetError) as raised:
            parse_target(str(tmp_path / "loop"))
        assert raised.value.kind == "unreadable"


class TestFolder:
    def test_links_inside_are_followed_and_links_outside_are_not(self, tmp_path: Path) -> None:
        write_tree(tmp_path, {"secret": "secret", "model/real.json": "{}"})
        model = tmp_path / "model"
        (model / "inside.json").symlink_to("real.json")
        (model / "outside.json").symlink_to("../secret")
        (model / "dangling.json").symlink_to("nowhere")
        (model / "loop.json").symlink_to("loop.json")
        source = FolderSource(model, boundary=model)
        assert source.read("inside.json", 10) == b"{}"
        for name, says in (
            ("outside.json", "leads out"),
            ("dangling.json", "leads nowhere"),
            ("loop.json", "cannot be read|leads"),
        ):
            with pytest.raises(Broken, match=says):
                source.read(name, 10)

    @pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../secret"])
    def test_paths_that_leave_are_refused(self, path: str, tmp_path: Path) -> None:
        with pytest.raises(Broken, match="outside"):
            FolderSource(tmp_path, boundary=tmp_path).read(path, 10)

    @pytest.mark.parametrize("path", LINKED)
    @pytest.mark.parametrize("bounded", [True, False])
    def test_every_kind_of_path(self, path: str, tmp_path: Path, *, bounded: bool) -> None:
        root, outside = tmp_path / "root", tmp_path / "out"
        write_tree(root, {"f": "in", "d/g": "in"})
        write_tree(outside, {"f": "out"})
        for link, target in {
            "lo": outside, "lf": outside / "f", "li": "f", "ld": "d", "loop": "loop", "gone": "nowhere", "../out/back": root / "f",
        }.items():  # fmt: skip
            (root / link).symlink_to(target)
        os.mkfifo(root / "fifo")
        source = LocalFiles(root, boundary=root if bounded else None)
        found = LINKED[path]
        try:
            read = source.read(path, 100).decode()
        except (Absent, Broken) as error:
            read = str(error)
        leads_out = "leads out" in found
        if bounded or not leads_out:
            assert found in read
        else:
            assert read in ("out", f"no {path}")

    def test_absent_long_and_odd_files(self, tmp_path: Path) -> None:
        write_tree(tmp_path, {"long": b"x" * 11, "folder/x": b""})
        os.mkfifo(tmp_path / "pipe")
        source = FolderSource(tmp_path, boundary=tmp_path)
        with pytest.raises(Absent, match="no nothing"):
            source.read("nothing", 10)
        with pytest.raises(Broken, match="11 bytes long; modelcheck reads at most 10"):
            source.read("long", 10)
        for odd in ("pipe", "folder"):
            with pytest.raises(Broken, match="not a plain file"):
                source.read(odd, 10)
        assert "pipe" not in source.files()

    def test_loops_of_folders_and_what_tools_put_there_are_not_entered(self, tmp_path: Path) -> None:
        write_tree(tmp_path, {"a/x": b"1", ".git/config": b"2", "node_modules/y": b"3"})
        (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
        assert FolderSource(tmp_path).files() == {"a/x": 1}


class TestCache:
    def test_branches_and_commits_are_found_in_the_documented_layout(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
        write_tree(
            tmp_path,
            {"models--a--b/refs/main": COMMIT, f"models--a--b/snapshots/{COMMIT}/config.json": "{}", "models--a--b/blobs/x": "[]"},
        )
        (tmp_path / f"models--a--b/snapshots/{COMMIT}/linked.json").symlink_to("../../blobs/x")
        for revision in (None, "main", COMMIT):
            source = cached("a/b", revision)
            assert source is not None
            assert (source.name, source.revision, source.kind) == ("a/b", COMMIT, "cache")
            assert source.read("linked.json", 10) == b"[]"
        assert cached("a/b", "other") is None
        assert cached("a/c", None) is None

    @pytest.mark.parametrize("revision", ["../../outside", "/outside", "a/../../../outside"])
    def test_no_revision_leads_out_of_it(self, revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A scanned file may say ``--revision`` whatever it likes."""
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
        outside = tmp_path / "outside"
        remember("a/b", revision.replace("/outside", str(outside)) if revision.startswith("/") else revision, COMMIT)
        assert list(tmp_path.rglob("*")) == []
        outside.write_text(COMMIT)
        write_tree(tmp_path, {f"cache/models--a--b/snapshots/{COMMIT}/config.json": "{}", "cache/models--a--b/refs/main": COMMIT})
        assert cached("a/b", str(outside)) is None
        assert cached("a/b", "../../../outside") is None

    def test_it_is_where_the_library_keeps_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import subprocess
        import sys

        for extra in ({}, {"HF_HOME": "/x/home"}, {"HF_HUB_CACHE": "/x/cache"}, {"XDG_CACHE_HOME": "/x/xdg"}):
            for name in ("HF_HOME", "HF_HUB_CACHE", "XDG_CACHE_HOME"):
                monkeypatch.delenv(name, raising=False)
            for name, value in extra.items():
                monkeypatch.setenv(name, value)
            script = "from huggingface_hub.constants import HF_HUB_CACHE; print(HF_HUB_CACHE)"
            theirs = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
            assert str(cache_folder()) == theirs


class TestPlugins:
    def test_who_opens_what(self, tmp_path: Path) -> None:
        plugins = Plugins()
        offline = Access(network=False)
        opened = {text: plugins.open(parse_target(text), offline) for text in (str(ROOT / "fixtures/tiny-base"), "no/such-model")}
        assert [found.source.kind if found else None for found in opened.values()] == ["folder", "name"]
