"""Repositories by address, from a real Git server on loopback: only what changed is fetched, and nothing of it is executed."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from modelcheck.errors import TargetError
from modelcheck.fleet.git import clone, local_commit, remote_commit

from conftest import write_tree
from fleet.conftest import Fleet, rows

GIT = ("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")


class Server:
    """A folder of bare repositories behind git's own HTTP backend; ``asked`` are the services that were asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.address = ""

    def commit(self, name: str, files: dict[str, str]) -> str:
        """Add files to a repository, and return its new commit."""
        work, bare = self.folder / f"work-{name}", self.folder / f"{name}.git"
        if not work.exists():
            subprocess.run([*GIT, "init", "-q", "--bare", bare], check=True)
            subprocess.run([*GIT, "init", "-q", work], check=True)
        write_tree(work, files)
        for words in (["add", "-A"], ["commit", "-qm", "x"], ["push", "-q", str(bare), "HEAD:main"]):
            subprocess.run([*GIT, "-C", work, *words], check=True)
        return subprocess.run([*GIT, "-C", work, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "served")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._run(b"")

        def do_POST(self) -> None:
            self._run(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _run(self, body: bytes) -> None:
            url = urlsplit(self.path)
            made.asked.append(url.path.rpartition("/")[2])
            env = os.environ | {
                "GIT_PROJECT_ROOT": str(made.folder), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": url.path, "QUERY_STRING": url.query,
                "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)), "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "REMOTE_ADDR": "127.0.0.1",
            }  # fmt: skip
            done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=env, check=False)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{http.server_port}"
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield made
    http.shutdown()
    http.server_close()


def test_a_repository_is_fetched_when_its_commit_changed(server: Server, fleet: Fleet, tmp_path: Path) -> None:
    address = f"{server.address}/serving.git"
    commit = server.commit("serving", {"run.sh": "vllm serve acme/Thing-7B-Base --tool-call-parser hermes\n"})
    done = fleet("scan", address)
    assert (done.code, done.out.strip()) == (0, "scan 1: 1 judged, 0 unchanged · fleet.sqlite"), done.err
    store = tmp_path / "fleet.sqlite"
    assert rows(store, "SELECT tree, version, path, label FROM deployments") == [(address, commit, "run.sh", "base")]
    assert "git-upload-pack" in server.asked
    server.asked.clear()
    assert fleet("scan", address).out.startswith("scan 2: 0 judged, 1 unchanged")
    assert set(server.asked) <= {"refs", "git-upload-pack"}
    assert len(server.asked) <= 2, "the commit is asked for, nothing is fetched"
    commit = server.commit("serving", {"run.sh": "vllm serve acme/Thing-7B-Instruct\n"})
    assert fleet("scan", address).out.startswith("scan 3: 1 judged")
    assert rows(store, "SELECT version, target FROM deployments") == [(commit, "acme/Thing-7B-Instruct")]


def test_a_clone_is_shallow_and_runs_nothing(server: Server, tmp_path: Path) -> None:
    server.commit("big", {"a.txt": "1"})
    commit = server.commit("big", {"a.txt": "2", ".gitattributes": "* filter=evil\n", ".gitmodules": "[submodule]\n"})
    (server.folder / "work-big/link").symlink_to("/etc/passwd")
    commit = server.commit("big", {"a.txt": "3"})
    folder = tmp_path / "clone"
    assert remote_commit(f"{server.address}/big.git", 30) == commit
    assert clone(f"{server.address}/big.git", folder, 30) == commit
    count = subprocess.run(["git", "-C", folder, "rev-list", "--count", "HEAD"], check=True, capture_output=True, text=True)
    assert count.stdout.strip() == "1"
    assert not (folder / "link").is_symlink(), "a link is a file with its target's name"
    assert not list((folder / ".git/hooks").glob("*")) if (folder / ".git/hooks").exists() else True
    assert local_commit(folder) == commit
    (folder / "a.txt").write_text("changed")
    assert local_commit(folder) is None


def committed(folder: Path, files: dict[str, str]) -> None:
    """A repository of its own with one commit."""
    write_tree(folder, files)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*GIT, "-C", folder, *words], check=True)


HOSTILE = {
    "filter.evil.clean": "touch {owned}; cat",
    "filter.evil.process": "touch {owned}",
    "core.fsmonitor": "touch {owned}",
    "core.sshCommand": "touch {owned}",
    "core.hooksPath": "{folder}",
    "core.pager": "touch {owned}",
    "core.worktree": "/etc",
    "diff.external": "touch {owned}",
    "include.path": "{folder}/more",
    "extensions.partialClone": "origin",
}


@pytest.mark.parametrize("key", HOSTILE)
def test_settings_of_a_local_clone_run_nothing(tmp_path: Path, key: str) -> None:
    folder, owned = tmp_path / "clone", tmp_path / "owned"
    committed(folder, {"a.txt": "1", "more": f'[filter "evil"]\n\tclean = touch {owned}\n'})
    done = subprocess.run([*GIT, "-C", folder, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    write_tree(folder, {".git/info/attributes": "* filter=evil\n"})
    for one in ("remote.origin.promisor true", "remote.origin.url ssh://127.0.0.1/x"):
        subprocess.run([*GIT, "-C", folder, "config", *one.split()], check=True)
    subprocess.run([*GIT, "-C", folder, "config", key, HOSTILE[key].format(owned=owned, folder=folder)], check=True)
    os.utime(folder / "a.txt", (1, 1))  # so that git reads it again
    assert local_commit(folder) == done.stdout.strip()
    assert not owned.exists()
    (folder / "a.txt").write_text("changed")
    assert local_commit(folder) is None
    assert not owned.exists()


def test_what_leads_out_of_a_local_clone_is_not_followed(tmp_path: Path) -> None:
    folder, other = tmp_path / "clone", tmp_path / "other"
    for one in (folder, other):
        committed(one, {"a.txt": "1"})
        subprocess.run([*GIT, "-C", one, "pack-refs", "--all"], check=True)
    assert local_commit(folder), "a packed reference"
    head = (folder / ".git/HEAD").read_text()
    for text in ("ref: ../../other/.git/HEAD", "ref: refs/../../../other/.git/HEAD", "", "x" * 50, "ref: refs/heads/none"):
        (folder / ".git/HEAD").write_text(text)
        assert local_commit(folder) is None
    (folder / ".git/HEAD").write_text(head)
    (folder / ".git").rename(tmp_path / "git")
    (folder / ".git").symlink_to(tmp_path / "git")
    assert local_commit(folder) is None
    (folder / ".git").unlink()
    (folder / ".git").write_text(f"gitdir: {tmp_path / 'git'}\n")
    assert local_commit(folder) is None


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c 'touch owned' x.git", "file:///etc.git", "git://127.0.0.1/x.git", "ftp://127.0.0.1/x.git", "-u./x.git",
        "--upload-pack=touch owned.git", "ssh://-oProxyCommand=touch/x.git", "http://-x/y.git", "https://", "", "git@-host:x.git",
    ],
)  # fmt: skip
@pytest.mark.parametrize("ask", [lambda address: remote_commit(address, 5), lambda address: clone(address, Path("x"), 5)])
def test_other_protocols_and_options_are_refused(
    address: str, ask: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TargetError):
        ask(address)
    assert not list(tmp_path.iterdir())


def test_a_repository_that_is_not_there_or_empty_says_so(server: Server, fleet: Fleet, tmp_path: Path) -> None:
    server.folder.mkdir()
    subprocess.run(["git", "init", "-q", "--bare", server.folder / "empty.git"], check=True)
    done = fleet("scan", f"{server.address}/none.git", f"{server.address}/empty.git", "--timeout", "10")
    assert (done.code, done.out.startswith("scan 1: 0 judged, 0 unchanged, failed: 2 not-found")) == (4, True), done.out
    messages = dict(rows(tmp_path / "fleet.sqlite", "SELECT name, message FROM failures"))
    assert "has no commit" in messages[f"{server.address}/empty.git"]
