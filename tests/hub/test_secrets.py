"""A key or a password is sent to the server that it is for, and is in no output, also if the server repeats it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

import pytest

from conftest import Command
from hub.server import PAPERS, Hub
from served.server import answering, send

KEY = 'sk-s3cret"/\\-key'
PASSWORD = "pa55word-s3cret"
OUTPUTS = {"text": (), "verbose": ("-vv",), "why": ("--why",), "json": ("--format", "json"), "jsonl": ("--format", "jsonl")}


def in_the_list(said: str) -> tuple[bytes, int, bytes, int]:
    return json.dumps({"data": [{"id": said}, {"id": "two"}]}).encode(), 200, b"{}", 200


def in_escapes(said: str) -> tuple[bytes, int, bytes, int]:
    letters = "".join(f"\\u{ord(letter):04x}" for letter in said)
    return f'{{"data": [{{"id": "{letters}"}}, {{"id": "two"}}]}}'.encode(), 200, b"{}", 200


def in_an_answer(said: str) -> tuple[bytes, int, bytes, int]:
    answer = {"choices": [{"message": {"content": said}, "text": said, "finish_reason": "stop"}]}
    return b'{"data": [{"id": "one"}]}', 200, json.dumps(answer).encode(), 200


def in_an_error(said: str) -> tuple[bytes, int, bytes, int]:
    return b'{"data": [{"id": "one"}]}', 200, json.dumps({"error": {"message": f"bad key {said}"}}).encode(), 400


def in_an_error_that_is_cut(said: str) -> tuple[bytes, int, bytes, int]:
    return b'{"data": [{"id": "one"}]}', 200, ("x" * 190 + said).encode(), 500


def in_a_list_that_is_refused(said: str) -> tuple[bytes, int, bytes, int]:
    return json.dumps({"detail": said}).encode(), 422, b"{}", 200


ECHOES = [in_the_list, in_escapes, in_an_answer, in_an_error, in_an_error_that_is_cut, in_a_list_that_is_refused]


@pytest.mark.parametrize("way", ["key", "password"])
@pytest.mark.parametrize("echo", ECHOES)
def test_what_a_server_repeats_of_a_secret_is_not_shown(
    echo: Callable[[str], tuple[bytes, int, bytes, int]], way: str, modelcheck: Command
) -> None:
    sent = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        authorization = handler.headers["Authorization"]
        sent.append(authorization)
        kind, _, said = authorization.partition(" ")
        listed, status, replied, code = echo(said if kind == "Bearer" else f"{said} {base64.b64decode(said).decode()}")
        send(handler, *((listed, status) if handler.command == "GET" else (replied, code)))

    with answering(answer) as address:
        target = address if way == "key" else address.replace("://", f"://user:{PASSWORD}@")
        env = {"MODELCHECK_API_KEY": f"{KEY}\n"} if way == "key" else {}
        for words in OUTPUTS.values():
            done = modelcheck("scan", target, *words, env=env)
            told = done.out + done.err
            assert "s3c" not in told, "also not its beginning"
            assert base64.b64encode(f"user:{PASSWORD}".encode()).decode() not in told
            assert done.code in (0, 4)
    encoded = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
    assert set(sent) == {f"Bearer {KEY}" if way == "key" else f"Basic {encoded}"}


@pytest.mark.parametrize("words", OUTPUTS.values(), ids=OUTPUTS)
@pytest.mark.parametrize(
    "target",
    [
        f"http://user:{PASSWORD}@127.0.0.1:9/v1",
        f"https://user:{PASSWORD}@127.0.0.1:9/v1",
        f"HTTP://user:{PASSWORD}@127.0.0.1:9/v1",
        f"ftp://user:{PASSWORD}@127.0.0.1:9/x",
        f"acme://{PASSWORD}@host/x",
        f"http://user:{PASSWORD}@[::1/v1",
        f"http://user:p@{PASSWORD}@127.0.0.1:9/v1",
        f"https://user:{PASSWORD}@huggingface.co/acme/x",
    ],
)
def test_a_password_in_an_address_is_in_no_output(target: str, words: tuple[str, ...], modelcheck: Command) -> None:
    for more in ((), ("--offline",)):
        done = modelcheck("scan", target, "--timeout", "2", *words, *more)
        assert done.code == 4, done.err
        assert "s3cret" not in done.out + done.err


def test_a_password_in_the_hubs_address_is_in_no_output(hub: Hub, modelcheck: Command) -> None:
    hub.add("acme/thing-chat", PAPERS)
    for address in (hub.address, "http://127.0.0.1:9"):
        env = {"HF_ENDPOINT": address.replace("://", f"://user:{PASSWORD}@")}
        for words in (("acme/thing-chat", "acme/none", "-vv"), ("--author", "acme"), ("acme/thing-chat", "--format", "json")):
            done = modelcheck("scan", *words, env=env)
            assert done.code in (0, 4)
            assert "s3cret" not in done.out + done.err


@pytest.mark.parametrize("variable", ["MODELCHECK_API_KEY", "HF_TOKEN"])
def test_a_secret_that_cannot_be_sent_is_an_error_that_names_its_variable(variable: str, hub: Hub, modelcheck: Command) -> None:
    target = "http://127.0.0.1:9/v1" if variable == "MODELCHECK_API_KEY" else "acme/thing"
    done = modelcheck("scan", target, "--format", "json", env={"HF_ENDPOINT": hub.address, variable: "ключ-от-сервера"})
    (error,) = done.json["errors"]
    assert (done.code, error["kind"], variable in error["message"]) == (4, "gated", True)
    assert "ключ" not in done.out + done.err
