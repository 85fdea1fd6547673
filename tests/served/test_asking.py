"""What a server is asked where the first answers do not decide, and what a refusal between them means."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from modelcheck.probe.formats import FAMILIES, MORE_QUESTIONS, PAIRS

from conftest import Command
from served.server import answering, send
from served.test_served import ENDS, LONG, RUNS_ON, Scripted, asked_of, said

NO_TEMPLATE = (400, {"error": {"message": "no chat template is defined"}})
TOKENS = {family.name: family.tokens for family in FAMILIES}


def spoken(prompt: str, known: frozenset[str]) -> int:
    """The tokens of a prompt for a server whose vocabulary has some markers, and spells everything else letter by letter."""
    count = 1  # the first token, which servers add
    while prompt:
        token = next((token for token in known if prompt.startswith(token)), prompt[0])
        prompt, count = prompt[len(token) :], count + 1
    return count


def completing(ends: Callable[[str], bool], known: frozenset[str] | None, chat: Any = NO_TEMPLATE) -> Callable[..., None]:
    """A server with a completions route; it counts tokens if ``known`` are the markers of its vocabulary."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = asked_of(handler)
        if "prompt" not in body:
            Scripted(chat, None)(handler)
            return
        text, reason = ("", "stop") if ends(body["prompt"]) else (" and on", "length")
        usage = {} if known is None else {"usage": {"prompt_tokens": spoken(body["prompt"], known)}}
        send(handler, json.dumps({"choices": [{"text": text, "finish_reason": reason}], **usage}).encode())

    return answer


def after_an_answer(prompt: str) -> bool:
    return "|im_end|" not in prompt.rpartition("assistant")[2] and prompt.endswith(".") and "im_start" in prompt


FORMATS: dict[str, tuple[frozenset[str] | None, Callable[[str], bool], str | None, tuple[str, ...] | None, float]] = {
    "a format of one family": (frozenset(TOKENS["ChatML"]), after_an_answer, "ChatML", ("ChatML",), 2.5),
    "a format like it": (frozenset(TOKENS["Phi's ChatML"]), after_an_answer, "Phi's ChatML", ("Phi's ChatML", "ChatML"), 2.5),
    "no count": (None, after_an_answer, "Phi's ChatML", None, 2.5),
    "a format that it never ends": (frozenset(TOKENS["ChatML"]), lambda _: False, None, ("ChatML",), -3.0),
    "no format that is known": (frozenset(), lambda _: False, None, (), 0.0),
    "no count, and it never ends": (None, lambda _: False, None, None, -3.0),
}


@pytest.mark.parametrize("case", FORMATS)
def test_only_formats_whose_tokens_the_vocabulary_has_are_tried(case: str, modelcheck: Command) -> None:
    known, ends, format_, tried, weight = FORMATS[case]
    with answering(completing(ends, known)) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    (evidence,) = checkpoint["verdict"]["evidence"]
    assert (checkpoint["probe"]["format"], evidence["weight"]) == (format_, weight)
    assert checkpoint["probe"]["formats"] == list(TOKENS if tried is None else tried)


QUESTIONS = [question for question, _ in PAIRS]
BARE: dict[str, tuple[list[str], int, int, str]] = {
    "none": ([], 5, 0, "unknown"),
    "few": (QUESTIONS[:1], 11, 1, "unknown"),
    "few of more": ([*QUESTIONS[:2], *MORE_QUESTIONS[:3]], 11, 5, "unknown"),
    "most of more": ([*QUESTIONS[:2], *MORE_QUESTIONS[:4]], 11, 6, "instruct"),
    "most": (QUESTIONS[:3], 5, 3, "instruct"),
}


@pytest.mark.parametrize("case", BARE)
def test_more_bare_questions_are_asked_if_it_ends_some(case: str, modelcheck: Command) -> None:
    ended, asked, count, label = BARE[case]
    with answering(completing(lambda prompt: prompt in ended, None, ENDS)) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    assert (checkpoint["probe"]["questions"], checkpoint["probe"]["questions_ended"]) == (asked, count)
    assert checkpoint["verdict"]["label"] == label


def refusing(after: int, chat: Any, status: int = 429) -> Callable[..., None]:
    """A server that refuses all requests but the first ones to its completions route."""
    seen = 0

    def answer(handler: BaseHTTPRequestHandler) -> None:
        nonlocal seen
        seen += "prompt" in asked_of(handler)
        if "prompt" in asked_of(handler) and seen > after:
            send(handler, b'{"error": {"message": "too many requests"}}', status)
        else:
            completing(lambda _: False, None, chat)(handler)

    return answer


REFUSED = {
    "among the questions": (3, NO_TEMPLATE, None),
    "among the formats": (9, NO_TEMPLATE, None),
    "after a chat": (3, ENDS, 2.5),
    "after a chat that runs on": (4, RUNS_ON, -3.5),
}


@pytest.mark.parametrize("status", [400, 429, 503])
@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_is_no_answer_that_runs_on(case: str, status: int, modelcheck: Command) -> None:
    after, chat, weight = REFUSED[case]
    with answering(refusing(after, chat, status)) as address:
        done = modelcheck("scan", address, "--format", "json")
    (checkpoint,) = done.json["checkpoints"]
    if weight is None:
        assert not checkpoint["verdict"]["evidence"]
        assert f"stopped answering ({status} too many requests)" in done.json["errors"][0]["message"]
        assert done.code == 4
    else:
        assert [evidence["weight"] for evidence in checkpoint["verdict"]["evidence"]] == [weight]
        assert f"stopped answering ({status} too many requests)" in checkpoint["probe"]["completions_refusal"]


def test_a_chat_that_stops_before_its_last_answer_is_said(modelcheck: Command) -> None:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if "messages" in asked_of(handler):
            asked.append(handler.path)
        if len(asked) > 6:
            send(handler, b'{"error": {"message": "too many requests"}}', 429)
        else:
            Scripted((200, said(LONG, "length" if len(asked) <= 3 else "stop")), None)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--format", "text")
    assert "the chat route stopped: 429 too many requests" in " ".join(done.out.split())


@pytest.mark.parametrize(("chosen", "code"), [("first", 0), ("second", 0), ("third", 4)])
def test_a_second_name_of_one_model_is_that_model(chosen: str, code: int, modelcheck: Command) -> None:
    """llama.cpp lists a model under its first name, with the others beside it, and answers under the first."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            send(handler, json.dumps({"data": [{"id": "first", "aliases": ["first", "second"]}]}).encode())
        else:
            Scripted((200, {**said("Paris.", "stop"), "model": "first"}), None)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--model", chosen, "--format", "json")
    assert done.code == code
    assert ("does not serve third" in str(done.json["errors"])) is (code == 4)


NAMES: dict[str, tuple[str, str, bool]] = {
    "a path that was loaded": ("acme/Thing-7B-Base", "/models/weights", True),
    "another id that was loaded": ("acme/Thing-7B-Base", "acme/Thing-7B-Instruct", True),
    "only what was loaded says otherwise": ("thing", "acme/Thing-7B-Base", True),
    "both as they are": ("acme/Thing-7B-Instruct", "/models/thing-7b-instruct", False),
    "neither says a stage": ("thing", "/models/weights", False),
}


@pytest.mark.parametrize("case", NAMES)
def test_the_name_that_clients_ask_for_is_compared(case: str, modelcheck: Command) -> None:
    """vLLM lists the served name as the id, and the folder or the Hub id that it loaded as the root."""
    name, root, otherwise = NAMES[case]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            send(handler, json.dumps({"data": [{"id": name, "root": root}]}).encode())
        else:
            completing(lambda prompt: prompt.endswith("?"), None, ENDS)(handler)

    with answering(answer) as address:
        done = modelcheck("scan", address, "--format", "json")
    found = [finding["rule"] for finding in done.json["findings"]]
    assert found == (["deploy/served-name-says-otherwise"] if otherwise else [])
    assert done.json["checkpoints"][0]["verdict"]["label"] == "instruct"
