"""A served model, judged by what it answers: through a real server, and through servers that misbehave."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from modelcheck.facts.served import runs_on

from conftest import ROOT, Command
from forking import Starter
from served.server import answering, free_port, send, transformers_serve

FIXTURES = ROOT / "fixtures"


@pytest.fixture(scope="module", params=["tiny-instruct", "base-with-template", "tiny-base"])
def serving(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, starter: Starter
) -> Iterator[tuple[str, str]]:
    with transformers_serve(FIXTURES / request.param, tmp_path_factory.mktemp("home"), starter.start_models()) as address:
        yield request.param, address


@pytest.mark.slow
def test_a_real_server_is_judged_by_its_answers(serving: tuple[str, str], modelcheck: Command) -> None:
    name, address = serving
    done = modelcheck("scan", address, "--model", FIXTURES / name, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    label, findings = checkpoint["verdict"]["label"], [found["rule"] for found in done.json["findings"]]
    assert not done.json["errors"]
    if name == "base-with-template":
        assert checkpoint["probe"]["ended"] <= 1
        assert label in ("base", "unknown"), "103,000 parameters do not even go in circles"
        assert findings == (["deploy/base-weights-behind-chat"] if label == "base" else [])
    elif name == "tiny-base":
        assert checkpoint["probe"]["chat"] in ("refuses", "no template")
        assert checkpoint["probe"]["formats"] == ["ChatML"], "its vocabulary has the tokens of no other published format"
        assert label in ("base", "unknown")
        assert (findings, done.code) == ([], 0)
    else:
        assert checkpoint["probe"]["ended"] >= 5
        (evidence,) = checkpoint["verdict"]["evidence"]
        assert evidence["weight"] > 0
        assert "conversations in its pretraining" in evidence["because"]
        assert not findings


MODELS = json.dumps({"object": "list", "data": [{"id": "only"}]}).encode()


def html(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"<!doctype html><title>hello</title>", kind="text/html")


def html_later(handler: BaseHTTPRequestHandler) -> None:
    send(handler, MODELS) if handler.command == "GET" else html(handler)


def without_end(handler: BaseHTTPRequestHandler) -> None:
    if handler.command == "GET":
        send(handler, MODELS)
        return
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for _ in range(600):
        handler.wfile.write(b"8\r\ndata: x\n\r\n")
        time.sleep(0.1)


def without_bound(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b"[" * 65536
    for _ in range(10_000):
        handler.wfile.write(b"10000\r\n" + piece + b"\r\n")


def locked(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'{"error": {"message": "no key"}}', 401)


def many(handler: BaseHTTPRequestHandler) -> None:
    send(handler, json.dumps({"data": [{"id": "one"}, {"id": "two"}]}).encode())


def nothing(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'{"detail": "Not Found"}', 404)


def empty(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'{"data": []}')


def loading(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'{"error": {"message": "Loading model", "code": 503}}', 503)


def elsewhere(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(307)
    handler.send_header("Location", "http://127.0.0.1:1/v1/models")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def odd(handler: BaseHTTPRequestHandler) -> None:
    answers: Any = {"data": [{"id": "only", "root": 7}]} if handler.command == "GET" else {"choices": [{"message": 3, "text": []}]}
    send(handler, json.dumps(answers).encode())


BAD: dict[str, tuple[Callable[[BaseHTTPRequestHandler], None], str, str]] = {
    "html": (html, "unreadable", "answers with HTML"),
    "html later": (html_later, "unreadable", "answers with HTML"),
    "a stream without end": (without_end, "unreadable", "did not answer in time"),
    "an answer without bound": (without_bound, "unreadable", "more than 4,194,304 bytes"),
    "a key": (locked, "gated", "MODELCHECK_API_KEY"),
    "many models": (many, "not-found", "serves one, two: choose one with --model"),
    "nothing": (nothing, "not-found", "no list of models (404 Not Found): is the path of the address right?"),
    "no model": (empty, "not-found", "names no model"),
    "a model that loads": (loading, "offline", "is not ready (503 Loading model): scan it again"),
    "a redirect": (elsewhere, "unreadable", "answers with what is no JSON object"),
    "odd answers": (odd, "unreadable", "neither by a chat route (its response has no answer in OpenAI's form) nor"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_server_that_misbehaves_is_an_error_of_its_kind(case: str, modelcheck: Command) -> None:
    answer, kind, says = BAD[case]
    with answering(answer) as address:
        done = modelcheck("scan", address, "--probe-timeout", "3", "--format", "json", timeout=30)
    (error,) = done.json["errors"]
    assert (error["kind"], done.code) == (kind, 4)
    assert says in error["message"]
    assert "Traceback" not in done.err


def test_nobody_there(modelcheck: Command) -> None:
    done = modelcheck("scan", f"http://127.0.0.1:{free_port()}/v1", "--format", "json")
    assert [error["kind"] for error in done.json["errors"]] == ["offline"]
    assert done.code == 4


@pytest.mark.parametrize("words", [("--offline",), ("--budget", "files")])
def test_a_run_that_asks_nobody_asks_no_server(words: tuple[str, ...], modelcheck: Command) -> None:
    asked: list[str] = []
    with answering(lambda handler: asked.append(handler.path)) as address:
        done = modelcheck("scan", address, *words)
    assert not asked
    assert done.code == 4
    assert "this run does not use the network" in " ".join(done.out.split())


def test_a_key_is_sent_only_where_one_was_given_for_this(modelcheck: Command) -> None:
    seen: list[str | None] = []

    def listen(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Authorization"))
        nothing(handler)

    with answering(listen) as address:
        modelcheck("scan", address, env={"OPENAI_API_KEY": "sk-other", "HF_TOKEN": "hf_other"})
        modelcheck("scan", address, env={"MODELCHECK_API_KEY": "mine"})
    assert seen == [None, "Bearer mine"]


def asked_of(handler: BaseHTTPRequestHandler) -> dict[str, Any]:
    """The body of a request; empty for one without."""
    return getattr(handler, "asked", None) or {}


class Scripted:
    """A server with a chat and a completions route that answer as they are told, under a name."""

    def __init__(self, chat: tuple[int, Any], completions: Callable[[str], tuple[str, str]] | None, name: str = "only") -> None:
        self.chat = chat
        self.completions = completions
        self.name = name

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            send(handler, json.dumps({"data": [{"id": self.name}]}).encode())
        elif handler.path.endswith("/chat/completions"):
            send(handler, json.dumps(self.chat[1]).encode(), self.chat[0])
        elif self.completions is None:
            nothing(handler)
        else:
            text, reason = self.completions(handler.path)
            send(handler, json.dumps({"choices": [{"text": text, "finish_reason": reason}]}).encode())


def said(text: str, reason: str, **more: Any) -> dict[str, Any]:
    return {
        "choices": [{"message": {"content": text, **more}, "finish_reason": reason, "logprobs": {"content": [{"logprob": -0.5}]}}]
    }


LONG = " ".join(f"word{number}" for number in range(90))
ANSWERS: dict[str, tuple[Scripted, float]] = {
    "ends": (Scripted((200, said("Paris.", "stop")), None), 2.5),
    "ends everything": (Scripted((200, said("Paris.", "stop")), lambda _: ("", "stop")), 4.0),
    "goes in circles": (Scripted((200, said("and so on it goes " * 20, "length")), None), -3.5),
    "is long": (Scripted((200, said(LONG, "length")), None), 0.0),
    "thinks": (Scripted((200, said("so it is " * 20, "length", reasoning_content="hm")), None), 0.0),
    "has no template": (
        Scripted((400, {"error": {"message": "no chat template is defined"}}), lambda _: ("goes on and on", "length")),
        -3.0,
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_the_answers_weigh(case: str, modelcheck: Command) -> None:
    scripted, weight = ANSWERS[case]
    with answering(scripted) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    (evidence,) = checkpoint["verdict"]["evidence"]
    assert (evidence["signal"], evidence["group"], evidence["weight"]) == ("identity/served-answers", "behaviour", weight)
    assert checkpoint["probe"]["first_logprob"] == (-0.5 if scripted.chat[0] == 200 else None)


def test_what_the_chat_said_stands_where_the_other_route_stalls_and_the_report_says_so(modelcheck: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "POST" and not handler.path.endswith("/chat/completions"):
            time.sleep(5)
        else:
            Scripted((200, said("Paris.", "stop")), None)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--probe-timeout", "3", "--format", "json")
        shown = modelcheck("scan", address, "--probe-timeout", "3", "--format", "text")
    assert not done.json["errors"]
    (checkpoint,) = done.json["checkpoints"]
    assert checkpoint["verdict"]["evidence"][0]["weight"] == 2.5
    assert checkpoint["probe"]["completions"] == "no answer"
    assert "did not answer in time" in checkpoint["probe"]["completions_refusal"]
    assert "the completions route: " in " ".join(shown.out.split())


RUNS_ON = (200, said("and so on it goes " * 20, "length"))
ENDS = (200, said("Paris.", "stop"))
CLAIMS: dict[str, tuple[str, tuple[int, Any], str, list[str]]] = {
    "an instruct model as a base model": ("HuggingFaceTB/SmolLM2-135M", ENDS, "instruct", ["deploy/served-name-says-otherwise"]),
    "a base model as an instruct model": (
        "acme/Thing-7B-Instruct",
        RUNS_ON,
        "base",
        ["deploy/base-weights-behind-chat", "deploy/served-name-says-otherwise"],
    ),
    "a base model by a name of its own": ("thing-7b", RUNS_ON, "base", ["deploy/base-weights-behind-chat"]),
    "a path is no id": ("models/gemma-base.gguf", ENDS, "instruct", ["deploy/served-name-says-otherwise"]),
    "what tells nothing": ("HuggingFaceTB/SmolLM2-135M", (200, said(LONG, "length")), "unknown", []),
    "as it is": ("acme/Thing-7B-Instruct", ENDS, "instruct", []),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_a_served_name_is_a_claim_and_never_decides(case: str, modelcheck: Command) -> None:
    name, chat, label, rules = CLAIMS[case]

    def completes(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.endswith("/v1/completions"):
            prompt = asked_of(handler)["prompt"]
            text, reason = (" and on", "length") if chat is not ENDS or not prompt.endswith("?") else ("", "stop")
            send(handler, json.dumps({"choices": [{"text": text, "finish_reason": reason}]}).encode())
        else:
            Scripted(chat, None, name)(handler)

    with answering(completes) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    assert checkpoint["verdict"]["label"] == label
    claimed = [one["weight"] for one in checkpoint["verdict"]["evidence"] if one["group"] == "name"]
    assert all(abs(weight) <= 0.5 for weight in claimed)
    assert bool(claimed) is (name.count("/") == 1 and not name.startswith("models/"))
    assert sorted(found["rule"] for found in done.json["findings"]) == rules


def test_a_server_is_asked_more_if_the_first_answers_do_not_decide(modelcheck: Command) -> None:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        reason = "stop"
        if handler.command == "POST" and handler.path.endswith("/chat/completions"):
            asked.append(asked_of(handler)["messages"][0]["content"])
            reason = "length" if len(asked) <= 3 else "stop"
        Scripted((200, said(LONG, reason)), None)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    assert (checkpoint["probe"]["answers"], checkpoint["probe"]["ended"], len(set(asked))) == (12, 9, 12)
    assert checkpoint["verdict"]["evidence"][0]["weight"] == 2.5


def test_bare_questions_decide_where_answers_do_not(modelcheck: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = asked_of(handler)
        if "prompt" in body:
            text, reason = ("", "stop") if body["prompt"].endswith("?") else (" Paris", "length")
            send(handler, json.dumps({"choices": [{"text": text, "finish_reason": reason}]}).encode())
        else:
            short = any(word in str(body) for word in ("hot", "week", "animal", "snow"))
            Scripted((200, said(LONG, "stop" if short else "length")), None)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    assert (checkpoint["probe"]["answers"], checkpoint["probe"]["ended"]) == (12, 4)
    assert (checkpoint["verdict"]["evidence"][0]["weight"], checkpoint["verdict"]["label"]) == (4.0, "instruct")


def test_a_short_context_is_asked_for_fewer_tokens(modelcheck: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = asked_of(handler)
        if body.get("max_tokens", 0) > 32:
            send(handler, b'{"error": {"message": "maximum context length is 64 tokens"}}', 400)
        else:
            Scripted(ENDS, lambda _: (" and on", "length"))(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    assert (checkpoint["probe"]["chat"], checkpoint["probe"]["completions"], checkpoint["probe"]["ended"]) == (
        "answers",
        "answers",
        6,
    )


def test_a_server_that_takes_any_name_is_not_judged_under_it(modelcheck: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        Scripted((200, {**said("Paris.", "stop"), "model": "only"}), None)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--model", "nope", "--format", "json")
        known = modelcheck("scan", address, "--model", "only", "--format", "json")
    (error,) = done.json["errors"]
    assert done.code == 4
    assert "does not serve nope, only answered for it" in error["message"]
    assert (known.json["errors"], known.code) == ([], 0)


UNKNOWN: dict[str, tuple[int, Any]] = {
    "vLLM": (404, {"error": {"message": "The model `nope` does not exist."}}),
    "transformers": (400, {"detail": "Server is pinned to 'only'; requested 'nope'."}),
    "mlx-lm": (404, {"error": "Cannot find an appropriate cached snapshot folder for the specified revision on the local disk"}),
    "one that says nothing": (404, {}),
    "a failure": (500, {"error": "failed to load"}),
}


@pytest.mark.parametrize("engine", UNKNOWN)
def test_a_name_that_the_server_refuses_and_does_not_list_is_the_fault(engine: str, modelcheck: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, MODELS) if handler.command == "GET" else send(handler, json.dumps(refusal).encode(), status)

    status, refusal = UNKNOWN[engine]
    with answering(answer) as address:
        done = modelcheck("scan", address, "--model", "nope", "--format", "json")
    (error,) = done.json["errors"]
    assert done.code == 4
    assert " serves only, and " in error["message"]
    assert "nope" in error["message"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]"])
def test_a_model_can_be_named_where_the_list_cannot_be_read(body: bytes, modelcheck: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            send(handler, body)
        else:
            Scripted(ENDS, None)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--model", "mine", "--format", "json")
    assert not done.json["errors"]
    assert done.json["checkpoints"][0]["probe"]["ended"] == 6


def test_an_address_without_its_v1_is_the_same_server(modelcheck: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path.startswith("/v1/"):
            Scripted(ENDS, lambda _: (" and on", "length"))(handler)
        elif handler.command == "GET":
            send(handler, MODELS)  # llama.cpp has this list at both places, and its own routes above
        else:
            send(handler, b'{"content": "hello"}')

    with answering(answer) as address:
        done = modelcheck("scan", address.removesuffix("/v1"), "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    assert (checkpoint["probe"]["chat"], checkpoint["probe"]["completions"]) == ("answers", "answers")


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Paris is the capital of France.", False),
        (LONG, False),
        ("a b c d " * 3, True),
        ("Why? no. Why? no. Why?", True),
        ("", True),
    ],
)
def test_running_on(text: str, *, runs: bool) -> None:
    assert runs_on("Why?", text) is runs


def test_a_target_may_be_an_address_only_with_a_scheme(modelcheck: Command, tmp_path: Path) -> None:
    done = modelcheck("scan", "127.0.0.1:8000/v1", "--offline", cwd=tmp_path)
    assert done.code == 4
    assert "not a file or folder" in " ".join(done.out.split())
