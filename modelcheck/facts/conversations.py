"""Conversations in a checkpoint's own chat template, or in known formats that may match its vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelcheck.declarations import fact
from modelcheck.facts.chat_template import LIKE_A_TOKEN, ChatTemplate, variables
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.records import record

if TYPE_CHECKING:
    from modelcheck.probe.messages import Format, Pair


@record()
class Conversations:
    """The formats to try, the checkpoint's own first. ``problem`` is why its own template cannot be used, if it has one."""

    formats: tuple[Format, ...]
    problem: str | None


@fact(cost="files")
def conversations(template: ChatTemplate | None, tokenizer: TokenizerConfig | None) -> Conversations:
    """Renders the template in the sandbox: the model receives finished text."""
    from modelcheck.probe.formats import FAMILIES

    families = tuple(family.format() for family in FAMILIES)
    if template is None:
        return Conversations(families, None)
    own = _own(template, dict(tokenizer.special_tokens) if tokenizer else {})
    if isinstance(own, str):
        return Conversations(families, own)
    return Conversations((own, *families), None)


def _own(template: ChatTemplate, special: dict[str, str]) -> Format | str:
    """The checkpoint's own format, or the reason why it cannot be used."""
    from modelcheck.probe.messages import Format

    if template.problem or template.rendered is None:
        return f"it {f'raised: {template.problem.message}' if template.problem else 'drops the answer'}"
    pairs, openings, prompts = _rendered(template.chosen.text, special)
    if not pairs:
        return "it does not keep question and answer as they are"
    end = template.turn_ends[0] if template.turn_ends else _end_that_is_none(*pairs[0][1:])
    parts = tuple(_pair(question, answer, text, end) for question, answer, text in pairs)
    return Format("its own chat template", True, (), end, parts, openings, template.chosen.text, prompts)  # noqa: FBT003


def _end_that_is_none(answer: str, text: str) -> str | None:
    """Text after the answer that looks like the end of a turn, although the tokenizer's files do not list such a token."""
    match = LIKE_A_TOKEN.match(text[text.rindex(answer) + len(answer) :].lstrip())
    return match.group() if match else None


def _pair(question: str, answer: str, text: str, end: str | None) -> Pair:
    from modelcheck.probe.messages import Pair

    at = text.rindex(answer)
    after = text[at + len(answer) :]
    gap = after[: len(after) - len(after.lstrip())] if end and after.lstrip().startswith(end) else ""
    return Pair(question, text[:at], answer, gap)


def _rendered(template: str, special: dict[str, str]) -> tuple[list[tuple[str, str, str]], tuple[str, ...], tuple[str, ...]]:
    """Each pair of question and answer, rendered, and the openings and prompts followed by the generation prompt."""
    from modelcheck.probe.formats import OPENINGS, PAIRS, PROMPTS
    from modelcheck.sandbox.client import render

    for content in (_text, _parts):
        asked = [_variables([("user", question), ("assistant", answer)], content, special) for question, answer in PAIRS]
        opened = [_variables([("user", text)], content, special, prompt=True) for text in (*OPENINGS, *PROMPTS)]
        rendered = render(template, [*asked, *opened])
        pairs = [
            (question, answer, text)
            for (question, answer), text in zip(PAIRS, rendered, strict=False)
            if isinstance(text, str) and question in text and answer in text
        ]
        if len(pairs) == len(PAIRS):
            opened_texts, others = rendered[len(PAIRS) :][: len(OPENINGS)], rendered[len(PAIRS) + len(OPENINGS) :]
            prompts = tuple(text for asked_, text in zip(PROMPTS, others, strict=True) if isinstance(text, str) and asked_ in text)
            openings = tuple(text for text in opened_texts if isinstance(text, str))
            return pairs, openings, prompts if len(prompts) == len(PROMPTS) else ()
    return [], (), ()


def _text(text: str) -> Any:
    return text


def _parts(text: str) -> Any:
    return [{"type": "text", "text": text}]


def _variables(turns: list[tuple[str, str]], content: Any, special: dict[str, str], *, prompt: bool = False) -> dict[str, Any]:
    return variables(special, [{"role": role, "content": content(text)} for role, text in turns], prompt=prompt)
