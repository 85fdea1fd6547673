"""A Hub on loopback: it speaks the protocol to the real huggingface_hub client, counts what it is asked, and fails on request."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from conftest import ROOT


@dataclass
class Repo:
    """One repository: files by revision name; ``main`` must be among them."""

    revisions: dict[str, Mapping[str, bytes]]
    gated: bool | str = False
    private: bool = False
    info: Mapping[str, Any] = field(default_factory=dict)
    """What model_info says besides: config, cardData, gguf, tags."""

    def commit(self, revision: str) -> str | None:
        for name, files in self.revisions.items():
            digest = hashlib.sha1(name.encode())
            for path, content in sorted(files.items()):
                digest.update(f"\0{path}\0{len(content)}\0".encode())
                digest.update(content)
            if revision in (name, digest.hexdigest()):
                return digest.hexdigest()
        return None

    def files(self, revision: str) -> Mapping[str, bytes] | None:
        return next((files for name, files in self.revisions.items() if self.commit(name) == self.commit(revision)), None)


@dataclass
class Fault:
    """Answer requests whose path fits ``pattern`` with ``status``, ``times`` times; ``seconds`` hangs first."""

    pattern: str
    status: int
    times: int = 1_000_000
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    body: bytes = b"{}"


class Hub:
    """The server's state: repositories, faults, and the requests that came."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str, Mapping[str, str]]] = []
        self.address = ""
        self.latency = 0.0
        self.page = 2
        self.collections: dict[str, list[str]] = {}
        self.breaking: str | None = None  # a pattern: bodies of such paths are cut off in the middle
        self.bytes_sent = 0
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    def add(self, name: str, files: Mapping[str, bytes | str], **details: Any) -> Repo:
        plain = {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}
        self.repos[name] = Repo({"main": plain}, **details)
        return self.repos[name]

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Counts the requests that are answered at the same time."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def asked(self) -> list[str]:
        """Method and path of each request, in order."""
        return [f"{method} {path}" for method, path, _ in self.requests]

    def fault(self, path: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.times > 0 and re.search(fault.pattern, path):
                    fault.times -= 1
                    return fault
        return None


_MODEL = re.compile(r"/api/(?:models/)?(?P<id>(?:datasets/)?[^/]+(?:/[^/]+)?)(?:/revision/(?P<revision>.+))?$")
_REFS = re.compile(r"/api/models/(?P<id>[^/]+(?:/[^/]+)?)/refs$")
_TREE = re.compile(r"/api/(?:models/)?(?P<id>(?:datasets/)?[^/]+(?:/[^/]+)?)/tree/(?P<revision>[^/]+)$")
_FILE = re.compile(r"/(?P<id>datasets/[^/]+/[^/]+|[^/]+/[^/]+|[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)$")


_LFS = (".safetensors", ".gguf", ".bin", ".pth", ".onnx")


def _git_blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _blob(path: str, content: bytes) -> dict[str, Any]:
    """What the listing says of a file's bytes: of one in LFS the blob is its pointer."""
    if not path.endswith(_LFS):
        return {"size": len(content), "blobId": _git_blob(content)}
    sha256 = hashlib.sha256(content).hexdigest()
    lfs = {"sha256": sha256, "size": len(content), "pointerSize": 134}
    return {"size": len(content), "blobId": _git_blob(sha256.encode()), "lfs": lfs}


def _etags(path: str, content: bytes) -> dict[str, str]:
    blob = _blob(path, content)
    etag = {"ETag": f'"{blob["blobId"]}"'}
    return etag | ({"X-Linked-ETag": f'"{blob["lfs"]["sha256"]}"'} if "lfs" in blob else {})


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the client to acknowledge its headers

    def log_message(self, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._handle()

    def do_GET(self) -> None:
        self._handle()

    def _handle(self) -> None:
        url = urlsplit(self.path)
        path = unquote(url.path)
        self.hub.requests.append((self.command, path, dict(self.headers)))
        with self.hub.answering():
            self.hub.stopping.wait(self.hub.latency)
        fault = self.hub.fault(path)
        if fault:
            self.hub.stopping.wait(fault.seconds)
            self._answer(fault.status, fault.body, fault.headers)
            return
        refs, tree, model, file = (pattern.match(path) for pattern in (_REFS, _TREE, _MODEL, _FILE))
        if path == "/api/models":
            self._list(parse_qs(url.query))
        elif path.startswith("/api/collections/"):
            self._collection(path.removeprefix("/api/collections/"))
        elif tree:
            self._tree(tree["id"], tree["revision"])
        elif refs:
            names = self.hub.repos[refs["id"]].revisions if refs["id"] in self.hub.repos else {}
            self._answer(200, json.dumps({"branches": [{"name": name} for name in names], "tags": []}).encode())
        elif model:
            self._model(model["id"], model["revision"] or "main", parse_qs(url.query))
        elif file:
            self._file(file["id"], file["revision"], file["path"])
        else:
            self._answer(404, b"{}")

    def _model(self, name: str, revision: str, query: Mapping[str, list[str]]) -> None:
        repo = self.hub.repos.get(name)
        if repo is None or (repo.private and not self.headers.get("Authorization")):
            self._error(401, "RepoNotFound")
            return
        files = repo.files(revision)
        if files is None:
            self._error(404, "RevisionNotFound")
            return
        sizes = query.get("blobs") == ["true"]
        siblings = [{"rfilename": path, **(_blob(path, content) if sizes else {})} for path, content in files.items()]
        answer = {
            "_id": "1",
            "id": name,
            "sha": repo.commit(revision),
            "gated": repo.gated,
            "siblings": siblings,
            "tags": [],
            **repo.info,
        }
        self._answer(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _tree(self, name: str, revision: str) -> None:
        files = self.hub.repos[name].files(revision) or {} if name in self.hub.repos else {}
        entries = [
            {"type": "file", "path": path, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
            for path, content in files.items()
        ]
        self._answer(200, json.dumps(entries).encode(), {"Content-Type": "application/json"})

    def _list(self, query: Mapping[str, list[str]]) -> None:
        """Pages of ``hub.page`` models, with a Link to the next."""
        author, start = query.get("author", [""])[0], int(query.get("start", ["0"])[0])
        size = self.hub.page
        tags = set(query.get("filter", []))
        names = [
            name
            for name, repo in self.hub.repos.items()
            if name.startswith(f"{author}/") and tags <= set(repo.info.get("tags", []))
        ]
        page = names[start : start + size]
        headers = {"Content-Type": "application/json"}
        if start + size < len(names):
            rest = "&".join(f"{key}={value}" for key, values in query.items() if key != "start" for value in values)
            headers["Link"] = f'<{self.hub.address}/api/models?{rest}&start={start + size}>; rel="next"'
        expanded = "sha" in query.get("expand[]", [])
        models = [{"_id": name, "id": name, "modelId": name, "tags": []} | self._newest(name, expanded=expanded) for name in page]
        self._answer(200, json.dumps(models).encode(), headers)

    def _newest(self, name: str, *, expanded: bool) -> dict[str, Any]:
        repo = self.hub.repos[name]
        modified = repo.info.get("lastModified", "2026-01-01T00:00:00.000Z")
        return {"sha": repo.commit("main"), "lastModified": modified} if expanded else {}

    def _collection(self, slug: str) -> None:
        items = [{"type": "model", "id": name} for name in self.hub.collections.get(slug, ())]
        answer = {"slug": slug, "items": [{"type": "dataset", "id": "acme/data"}, *items]}
        self._answer(
            200 if slug in self.hub.collections else 404, json.dumps(answer).encode(), {"Content-Type": "application/json"}
        )

    def _file(self, name: str, revision: str, path: str) -> None:
        repo = self.hub.repos.get(name)
        if repo is None or (repo.private and not self.headers.get("Authorization")):
            self._error(401, "RepoNotFound")
            return
        commit, files = repo.commit(revision), repo.files(revision)
        if files is None or commit is None:
            self._error(404, "RevisionNotFound")
        elif repo.gated and not self.headers.get("Authorization"):
            self._error(403, "GatedRepo")
        elif path not in files:
            self._error(404, "EntryNotFound", {"X-Repo-Commit": commit})
        else:
            self._bytes(path, files[path], {"X-Repo-Commit": commit, "Accept-Ranges": "bytes"})

    def _bytes(self, path: str, content: bytes, headers: dict[str, str]) -> None:
        headers |= _etags(path, content)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not wanted:
            self._answer(200, content, headers)
            return
        start, end = int(wanted[1]), min(int(wanted[2]), len(content) - 1)
        if start > end:
            self._answer(416, b"", headers)
            return
        self._answer(206, content[start : end + 1], {**headers, "Content-Range": f"bytes {start}-{end}/{len(content)}"})

    def _error(self, status: int, code: str, headers: Mapping[str, str] | None = None) -> None:
        self._answer(status, b"{}", {"X-Error-Code": code, "X-Error-Message": code, **(headers or {})})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        fault = self.hub.breaking
        if "X-Cut" in (headers or {}) or (fault and re.search(fault, self.path)):
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        self.hub.bytes_sent += len(body)
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that did not wait for its answer
            super().handle_error(request, client_address)


@contextmanager
def running_hub():
    """A Hub on a free port of the loopback interface, until the block ends."""
    hub = Hub()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        hub.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


CONFIG = '{"model_type": "llama", "vocab_size": 262}'
PAPERS = {
    "config.json": CONFIG,
    "generation_config.json": '{"eos_token_id": [2, 0]}',
    "README.md": "---\nlicense: mit\n---\n# A model\n",
    "model.safetensors": b"\0" * 1000,
    "unrelated.bin": b"\0" * 5000,
}


def fixture_files(name: str) -> dict[str, bytes]:
    folder = ROOT / "fixtures" / name
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "expect.toml"}
