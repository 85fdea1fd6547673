"""A Hub that drips, floods, lies and fails in part: each is told, in bounded time and memory, and no other target is lost."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from conftest import Command, clean_environment
from forking import Starter
from hub.server import PAPERS, Fault, Hub, fixture_files
from served.server import answering

TIMEOUT = 3


def cached(home: Path, name: str) -> list[Path]:
    return sorted((home / "hf-home/hub").rglob(name))


# What a Hub may fail at, by the pattern of its path; the files that are then unknown.
PARTIAL = {
    "one file": ("chat_template.jinja", 503, ["chat_template.jinja"]),
    "every file": ("/resolve/", 500, ["README.md", "config.json", "generation_config.json", "tokenizer_config.json"]),
    "every file, which is asked for too often": ("/resolve/", 429, ["README.md", "config.json", "tokenizer_config.json"]),
    "a file that is listed and not there": ("tokenizer_config.json", 404, ["tokenizer_config.json"]),
    "a file that leads in a circle": ("generation_config.json", 302, ["generation_config.json"]),
}


@pytest.mark.parametrize("case", PARTIAL)
def test_what_could_not_be_asked_for_is_neither_there_nor_missing(case: str, hub: Hub, modelcheck: Command) -> None:
    pattern, status, unknown = PARTIAL[case]
    hub.add("acme/thing", fixture_files("tiny-instruct"))
    hub.add("acme/other-chat", PAPERS)
    circle = {"Location": f"{hub.address}/acme/thing/resolve/main/{pattern}"} if status == 302 else {"Retry-After": "60"}
    hub.faults.append(Fault(f"acme/thing.*{pattern}", status, headers=circle))
    done = modelcheck("scan", "acme/thing", "acme/other-chat", "--format", "json", env={"HF_ENDPOINT": hub.address})
    (error,) = done.json["errors"]
    assert (done.code, error["target"]) == (4, "acme/thing")
    assert all(path in error["message"] for path in unknown)
    assert error["kind"] == ("rate-limited" if status == 429 else "unreadable")
    told = json.dumps([done.json["checkpoints"][0]["verdict"], done.json["findings"]])
    assert "no chat template" not in told
    assert done.json["checkpoints"][0]["verdict"]["label"] in ("instruct", "unknown")
    assert done.json["checkpoints"][1]["verdict"]["label"] == "instruct"


def test_a_use_of_a_checkpoint_that_fails_in_part_says_so_and_is_no_error(hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    hub.add("acme/thing", fixture_files("tiny-instruct"))
    hub.faults.append(Fault("chat_template.jinja", 503))
    (tmp_path / "run.sh").write_text("vllm serve acme/thing --tool-call-parser x\n")
    done = modelcheck("scan", "run.sh", "--format", "json", cwd=tmp_path, env={"HF_ENDPOINT": hub.address})
    assert (done.code, done.json["errors"], done.json["findings"]) == (0, [], [])
    assert "chat_template.jinja could not be read: the Hub answered 503" in done.json["checkpoints"][0]["note"]
    told = modelcheck("scan", "run.sh", "-q", cwd=tmp_path, env={"HF_ENDPOINT": hub.address}).out
    assert "not all is known of acme/thing: chat_template.jinja could not be read: the Hub answered 503" in " ".join(told.split())


def lying(files: dict[str, Any], **changed: object) -> dict[str, Any]:
    """A listing of tiny files in which those of one file are changed."""
    siblings = [{"rfilename": path, "size": len(content)} for path, content in files.items()]
    return {"siblings": [one | changed if one["rfilename"] == "config.json" else one for one in siblings]}


CONFIG = b'{"model_type": "llama", "vocab_size": 262}'
LIES = {
    "a body that is shorter": {"size": len(CONFIG) + 9},
    "a body that is longer": {"size": len(CONFIG) - 9},
    "another Git blob": {"size": len(CONFIG), "blobId": "0" * 40},
    "another file of LFS": {"size": len(CONFIG), "lfs": {"sha256": "0" * 64}},
}


@pytest.mark.parametrize("case", LIES)
def test_bytes_that_are_not_those_of_the_listing_are_not_believed_and_not_kept(
    case: str, hub: Hub, modelcheck: Command, tmp_path: Path
) -> None:
    files = {**PAPERS, "config.json": CONFIG}
    hub.add("acme/thing-chat", files, info=lying(files, **LIES[case]))
    done = modelcheck("scan", "acme/thing-chat", "--format", "json", env={"HF_ENDPOINT": hub.address})
    (error,) = done.json["errors"]
    assert (done.code, error["kind"], "config.json could not be read" in error["message"]) == (4, "unreadable", True)
    assert not cached(tmp_path, "config.json")
    assert cached(tmp_path, "README.md") or "blobId" not in json.dumps(LIES[case]), "the others are"


def test_what_another_tool_left_in_the_cache_is_not_believed_if_the_listing_says_otherwise(
    hub: Hub, modelcheck: Command, tmp_path: Path
) -> None:
    repo = hub.add("acme/thing", fixture_files("tiny-instruct"))
    env = {"HF_ENDPOINT": hub.address}
    first = modelcheck("scan", "acme/thing", "--format", "json", env=env).json["checkpoints"]
    (link,) = cached(tmp_path, "config.json")
    link.resolve().write_bytes(b"{}")
    again = modelcheck("scan", "acme/thing", "--format", "json", env=env).json["checkpoints"]
    assert again == first
    assert link.read_bytes() == repo.revisions["main"]["config.json"], "and it is put right"


BAD = {
    "a commit that is a path": {"sha": "../../../../secret"},
    "a size that is a text": {"siblings": [{"rfilename": "config.json", "size": "12"}]},
    "a size below zero": {"siblings": [{"rfilename": "config.json", "size": -1}]},
    "no name": {"siblings": [{"rfilename": None, "size": 1}]},
    "a name that leads out": {"siblings": [{"rfilename": "../../refs/main", "size": 1}]},
    "an absolute name": {"siblings": [{"rfilename": "/etc/passwd", "size": 1}]},
    "NUL in a name": {"siblings": [{"rfilename": "a\0b", "size": 1}]},
    "a file that is a text": {"siblings": ["config.json"]},
    "files that are no list": {"siblings": {"config.json": 1}},
}


@pytest.mark.parametrize("case", BAD)
def test_a_listing_that_cannot_be_is_refused(case: str, hub: Hub, modelcheck: Command, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/config.json").write_text('{"model_type": "stolen"}')
    hub.add("acme/thing", PAPERS, info=BAD[case])
    hub.add("acme/other-chat", PAPERS)
    done = modelcheck("scan", "acme/thing", "acme/other-chat", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert (done.code, [error["kind"] for error in done.json["errors"]]) == (4, ["unreadable"])
    assert "stolen" not in done.out
    assert len(done.json["checkpoints"]) == 1


def drip(handler: BaseHTTPRequestHandler, head: bytes, piece: bytes) -> None:
    with suppress(ConnectionError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + head)
        for _ in range(60):
            handler.wfile.write(piece)
            time.sleep(0.3)


def flood(handler: BaseHTTPRequestHandler, status: int) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    with suppress(ConnectionError):
        while True:
            handler.wfile.write(b'{"a": [' * 20_000)


def listing_of_60_mb(handler: BaseHTTPRequestHandler) -> None:
    one = json.dumps({"rfilename": "a" * 60, "size": 1, "blobId": "0" * 40}).encode()
    body = b'{"sha": "' + b"0" * 40 + b'", "siblings": [' + b",".join([one] * (60_000_000 // len(one))) + b"]}"
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    with suppress(ConnectionError):
        handler.wfile.write(body)


def to_a_file(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "file:///etc/passwd")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


ENDLESS: dict[str, tuple[Callable[[BaseHTTPRequestHandler], None], str]] = {
    "headers that drip": (lambda handler: drip(handler, b"X-Slow: ", b"x"), "timeout"),
    "a status line that drips": (lambda handler: drip(handler, b"", b"X"), "timeout"),
    "a body that drips": (lambda handler: drip(handler, b"Content-Length: 99999\r\n\r\n", b"{"), "timeout"),
    "a body without end": (lambda handler: flood(handler, 200), "unreadable"),
    "an error without end": (lambda handler: flood(handler, 500), "unreadable"),
    "a listing of 60 MB": (listing_of_60_mb, "unreadable"),
    "a redirect to a file": (to_a_file, "unreadable"),
}


Bounded = Callable[..., tuple[subprocess.CompletedProcess[str], float]]


@pytest.fixture
def bounded(starter: Starter, tmp_path: Path) -> Bounded:
    """The command in 500 MB of memory at most; and the seconds that it took."""

    def run(*words: str, **env: str) -> tuple[subprocess.CompletedProcess[str], float]:
        started = time.monotonic()
        done = starter.run(words, tmp_path, clean_environment(HF_HOME=str(tmp_path), **env), 60, 500)
        return done, time.monotonic() - started

    return run


@pytest.mark.parametrize("case", ENDLESS)
def test_a_hub_without_end_is_waited_for_no_longer_than_the_timeout(case: str, bounded: Bounded) -> None:
    answer, kind = ENDLESS[case]
    with answering(answer) as address:
        words = ("scan", "acme/thing", "--timeout", str(TIMEOUT), "--format", "json")
        done, seconds = bounded(*words, HF_ENDPOINT=address.removesuffix("/v1"))
    assert done.returncode == 4, done.stderr
    assert [error["kind"] for error in json.loads(done.stdout)["errors"]] == [kind]
    assert seconds < TIMEOUT + 15


@pytest.mark.parametrize("case", [case for case in ENDLESS if case != "a redirect to a file"])
def test_a_server_without_end_is_waited_for_no_longer_than_the_timeout(case: str, bounded: Bounded) -> None:
    answer, _ = ENDLESS[case]
    with answering(answer) as address:
        done, seconds = bounded("scan", address, "--timeout", str(TIMEOUT), "--format", "json")
    assert done.returncode == 4, done.stderr
    assert len(json.loads(done.stdout)["errors"]) == 1
    assert seconds < TIMEOUT + 15


def test_a_part_that_is_not_the_one_asked_for_is_not_believed(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/thing-GGUF", {"thing.gguf": b"GGUF" + b"\0" * 9_000})
    hub.faults.append(Fault("thing.gguf", 206, body=b"GGUF\3\0\0\0" + b"\0" * 16))
    done = modelcheck("scan", "acme/thing-GGUF", "--format", "json", env={"HF_ENDPOINT": hub.address})
    assert (done.code, "another part of it" in done.json["errors"][0]["message"]) == (4, True)


@pytest.mark.parametrize("new", [True, False])
def test_an_authors_models_on_pages_without_end(bounded: Bounded, *, new: bool) -> None:
    pages: list[str] = []
    size = 1000 if new else 3

    def answer(handler: BaseHTTPRequestHandler) -> None:
        pages.append(handler.path)
        start = len(pages) * size if new else 0
        body = json.dumps([{"id": f"acme/m{start + number}-chat"} for number in range(size)]).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Link", f'</api/models?author=acme&page={len(pages)}>; rel="next"')
        handler.end_headers()
        handler.wfile.write(body)

    with answering(answer) as address:
        words = ("scan", "--author", "acme", "--budget", "files")
        done, _ = bounded(*words, HF_ENDPOINT=address.removesuffix("/v1"))
    if new:
        assert (done.returncode, "more than 20,000 models of acme" in done.stderr) == (4, True), done.stderr
    assert len(pages) == (21 if new else 2)
