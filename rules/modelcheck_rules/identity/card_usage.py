"""How the model card shows the use of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from modelcheck.api import Evidence, ModelCard, Span, lazy, signal

_LINES = 600
_CHAT_CALL = lazy(r"apply_chat_template|chat\.completions|[\"']role[\"']\s*:\s*[\"'](user|system)[\"']|\.chat\(|build_chat_input")
_HEADING = lazy(
    r"(#+|<h\d>|\*\*)\s*(the )?(prompt|chat|conversation|instruction|inference string|dialog(ue)?)[- ]?(ing)? ?"
    r"(format|template|style)",
    re.IGNORECASE,
)
_FORMAT = lazy(
    r"<\|im_start\|>\s*(system|user)|\[/?INST\]|###\s*(Instruction|Human|User|Assistant|Response)\b\s*:|<\|(user|assistant|system)\|>|"
    r"<start_of_turn>|<\|start_header_id\|>|<\|prompter\|>|^\s*(USER|HUMAN|Human|User)\s*:.*(ASSISTANT|Assistant)\s*:|<\|begin_of_turn\|>|"
    # Role tokens of a model's own: one for who asks, later on the line or in the text one for who answers.
    r"[<\[{][|/]?_*(user|human|prompter|instruction)_*\|?[>\]}].{0,300}[<\[{][|/]?_*(assistant|bot|ai|model|gpt|response)_*\|?[>\]}]",
    re.IGNORECASE,
)
_FRONT = ("prompt_template", "prompt_format", "chat_template", "instruction_template")
_COMPLETION_CALL = lazy(r"\.generate\(|pipeline\(\s*[\"']text-generation[\"']|llm\.generate|sampling_params")


@signal(group="usage")
def card_usage(card: ModelCard) -> Iterator[Evidence]:
    """Code in the card that applies a chat template or only completes text, or a prompt format that the card shows.

    For old instruct models the card is the only place that describes the format. The Hub's own snippet is not part of a card.
    """
    front = next((key for key in _FRONT if isinstance(card.data.get(key), str) and card.data[key].strip()), None)
    if front:
        yield Evidence(2.5, f"the card's front matter has a {front}", card.at(front), kind="prompt-format")
        return
    completion: Evidence | None = None
    for number, line, code in islice(card.visible(), _LINES):
        text, at = line[:2000], Span(card.path, number, 1)
        call = _CHAT_CALL.search(text) if code else None
        format_ = _FORMAT.search(text) or _HEADING.match(text)
        if call:
            yield Evidence(2.0, f"the card's code chats with the model ({call.group().strip()})", at, kind="chat-call")
            return
        if format_:
            yield Evidence(2.5, f"the card shows a prompt format ({format_.group().strip(' #*')})", at, kind="prompt-format")
            return
        if code and completion is None and _COMPLETION_CALL.search(text):
            completion = Evidence(-0.7, "the card's code only completes text", at, kind="completion-call")
    if completion:
        yield completion
