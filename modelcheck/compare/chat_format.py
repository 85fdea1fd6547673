"""The format in which a start is asked: its own chat template, that of another start if its vocabulary has the tokens, or plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modelcheck.compare.conversation import Conversation, Message
from modelcheck.compare.starts import Start
from modelcheck.facts.chat_template import LIKE_A_TOKEN, variables
from modelcheck.records import record
from modelcheck.sandbox.client import render

_AT_ONCE = 32
"""Conversations of one request to the process that renders templates, which has two seconds for them."""
ASSISTANT = "Assistant: "
_DOES = {"refused": "refuses it: ", "raised": "fails: ", "syntax": "is not valid: "}
"""What a template does, by the kind of a problem."""


@record()
class ChatFormat:
    """``name`` says what it is; ``template`` is None for plain text, where ``end`` is the text that ends an answer.

    ``new`` are the control tokens of a template that is not the start's own: nobody has trained them for chats yet.
    """

    name: str
    template: str | None
    special: Mapping[str, str]
    end: str
    new: tuple[str, ...] = ()


@record()
class Said:
    """One answer to learn or to score: all ``before`` it, it, and what ends it. ``plain`` is ``before`` without a template."""

    before: str
    answer: str
    end: str
    plain: str


def format_of(start: Start, others: Sequence[Start]) -> ChatFormat:
    """The format of a start, which learns it in the training: what the result will be asked in."""
    if start.template is not None:
        return ChatFormat("its own chat template", start.template, start.special, start.turn_end or _end_of_text(start))
    for other in others:
        if other.template is None or other.turn_end is None:
            continue
        tokens = _control_tokens(other)
        if tokens and all(token in start.tokens for token in tokens):
            return ChatFormat(f"the chat template of {other.name}", other.template, other.special, other.turn_end, tuple(tokens))
    why = f", since its own chat template fails: {start.template_problem}" if start.template_problem else ""
    return ChatFormat(f"plain text (User:, Assistant:){why}", None, start.special, _end_of_text(start))


def _end_of_text(start: Start) -> str:
    return start.special.get("eos_token", "")


def _control_tokens(start: Start) -> list[str]:
    """The control tokens that a template writes around a question and its answer."""
    asked = [{"role": "user", "content": "xq7z"}, {"role": "assistant", "content": "zq7x"}]
    (text,) = render(start.template or "", [variables(start.special, asked)])
    found = LIKE_A_TOKEN.findall(text) if isinstance(text, str) else []
    return list(dict.fromkeys(one for one in found if one in start.tokens))


def said(conversations: Sequence[Conversation], chosen: ChatFormat, most: int = 4) -> list[tuple[int, Said | str]]:
    """The answers of each conversation, at most the last ``most``, with its index; or why it cannot be rendered."""
    turns = [
        (index, place)
        for index, one in enumerate(conversations)
        for place in [place for place, message in enumerate(one.messages) if message.role == "assistant"][-most:]
    ]
    if chosen.template is None:
        return [(index, _plain(conversations[index], place, chosen.end)) for index, place in turns]
    found: list[tuple[int, Said | str]] = []
    for first in range(0, len(turns), _AT_ONCE):
        some = turns[first : first + _AT_ONCE]
        asked = []
        for index, place in some:
            messages = [{"role": one.role, "content": one.content} for one in conversations[index].messages[: place + 1]]
            asked += [variables(chosen.special, messages[:-1], prompt=True), variables(chosen.special, messages)]
        texts = render(chosen.template, asked)
        for number, (index, place) in enumerate(some):
            found.append((index, _one(conversations[index], place, texts[2 * number], texts[2 * number + 1], chosen)))
    return found


def _one(conversation: Conversation, place: int, prompt: Any, whole: Any, chosen: ChatFormat) -> Said | str:
    for text in (prompt, whole):
        if not isinstance(text, str):
            return f"the chat template {_DOES.get(text.kind, '')}{text.message}"[:160]
    control = next((one for one in (chosen.end, *chosen.new) if one and _says(conversation, one)), None)
    if control:
        return f"it contains the control token {control}"
    answer = conversation.messages[place].content.strip()
    tail = whole.rfind(chosen.end) if chosen.end and whole.rstrip().endswith(chosen.end) else len(whole)
    body = whole[:tail]  # an answer such as `n` is also in the token that ends it
    at = body.rfind(answer)
    if at < 0 or body[at + len(answer) :].strip():
        return "the chat template changes the answer, or writes more after it"
    before = prompt if body.startswith(prompt) and len(prompt) <= at else body[:at]
    gap = body[at + len(answer) :] if tail < len(whole) else ""
    return Said(before, body[len(before) : at + len(answer)], gap + chosen.end, _before(conversation, place))


def _says(conversation: Conversation, token: str) -> bool:
    return any(token in message.content for message in conversation.messages)


def _plain(conversation: Conversation, place: int, end: str) -> Said:
    before = _before(conversation, place)
    return Said(before, conversation.messages[place].content.strip(), end, before)


def _before(conversation: Conversation, place: int) -> str:
    return f"{transcript(conversation.messages[:place])}{ASSISTANT}"


def transcript(messages: Sequence[Message]) -> str:
    """Messages as plain text, each with its role's name and an empty line after it."""
    return "".join(f"{one.role.capitalize()}: {one.content.strip()}\n\n" for one in messages)
