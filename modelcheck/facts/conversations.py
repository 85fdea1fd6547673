"""How a checkpoint would write conversations: by its own chat template, else in the formats that its vocabulary may be made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelcheck.facts.chat_template import LIKE_A_TOKEN, ChatTemplate
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.probe import Format, Pair
from modelcheck.registry import fact

OPENINGS = ("The capital of France is", "What is the capital of France?", "Translate to French: Hello, how are you?")
"""What the model is to go on from, as text and as a user's message. What it says tells a person much and decides nothing: a base
model answers now and then, and a small instruct model translates wrongly."""

# Plain facts in short sentences, each of which is no sentence yet without its last word.
PAIRS = (
    ("What is the capital of France?", "The capital of France is Paris."),
    ("What color is the sky on a clear day?", "On a clear day, the sky is blue."),
    ("How many days are there in a week?", "The number of days in a week is seven."),
    ("Who wrote Romeo and Juliet?", "Romeo and Juliet was written by William Shakespeare."),
    ("What is 2 plus 3?", "2 plus 3 is 5."),
    ("What is the opposite of hot?", "The opposite of hot is cold."),
)


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A published format. ``user`` and ``assistant`` open a turn, ``end`` closes one, ``between`` stands behind it."""

    name: str
    begin: str
    user: str
    assistant: str
    end: str
    tokens: tuple[str, ...]
    between: str = ""
    asked: str | None = None

    def format(self) -> Format:
        """As it is sent. ``asked`` closes a user's turn where that is another text than the assistant's end."""
        close = self.end if self.asked is None else self.asked

        def before(question: str) -> str:
            return f"{self.begin}{self.user}{question}{close}{self.between}{self.assistant}"

        pairs = tuple(Pair(question, before(question), answer) for question, answer in PAIRS)
        openings = tuple(before(text) for text in OPENINGS)
        return Format(self.name, own=False, tokens=self.tokens, turn_end=self.end, pairs=pairs, openings=openings, text="")


# Sources: the publishers' own templates (see identity/templates.toml for the same formats as they are recognised).
FAMILIES = (
    Family("Phi's ChatML", "", "<|im_start|>user<|im_sep|>", "<|im_start|>assistant<|im_sep|>", "<|im_end|>",
           ("<|im_start|>", "<|im_sep|>", "<|im_end|>")),
    Family("ChatML", "", "<|im_start|>user\n", "<|im_start|>assistant\n", "<|im_end|>", ("<|im_start|>", "<|im_end|>"), "\n"),
    Family("Llama 3's format", "<|begin_of_text|>", "<|start_header_id|>user<|end_header_id|>\n\n",
           "<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>",
           ("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")),
    Family("Llama 4's format", "<|begin_of_text|>", "<|header_start|>user<|header_end|>\n\n",
           "<|header_start|>assistant<|header_end|>\n\n", "<|eot|>",
           ("<|begin_of_text|>", "<|header_start|>", "<|header_end|>", "<|eot|>")),
    Family("Gemma's format", "<bos>", "<start_of_turn>user\n", "<start_of_turn>model\n", "<end_of_turn>",
           ("<bos>", "<start_of_turn>", "<end_of_turn>"), "\n"),
    Family("Gemma 4's format", "<bos>", "<|turn>user\n", "<|turn>model\n", "<turn|>", ("<bos>", "<|turn>", "<turn|>"), "\n"),
    Family("Phi 3's format", "", "<|user|>\n", "<|assistant|>\n", "<|end|>", ("<|user|>", "<|assistant|>", "<|end|>"), "\n"),
    Family("Harmony", "", "<|start|>user<|message|>", "<|start|>assistant<|channel|>final<|message|>", "<|return|>",
           ("<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|return|>"), asked="<|end|>"),
    Family("Cohere's format", "<BOS_TOKEN>", "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>", "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
           "<|END_OF_TURN_TOKEN|>", ("<BOS_TOKEN>", "<|START_OF_TURN_TOKEN|>", "<|USER_TOKEN|>", "<|CHATBOT_TOKEN|>",
                                     "<|END_OF_TURN_TOKEN|>")),
    Family("GLM's format", "[gMASK]<sop>", "<|user|>\n", "<|assistant|>\n", "<|user|>",
           ("[gMASK]", "<sop>", "<|user|>", "<|assistant|>"), asked=""),
    Family("Granite's format", "", "<|start_of_role|>user<|end_of_role|>", "<|start_of_role|>assistant<|end_of_role|>",
           "<|end_of_text|>", ("<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"), "\n"),
    Family("DeepSeek's format", "<｜begin▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>",
           ("<｜begin▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>"), asked=""),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Conversations:
    """The formats to try, the checkpoint's own first. ``problem`` is why its own template could not be used, if it has one."""

    formats: tuple[Format, ...]
    problem: str | None


@fact(cost="files")
def conversations(template: ChatTemplate | None, tokenizer: TokenizerConfig | None) -> Conversations:
    """The template renders in the sandbox, so what is tried in the model is finished text."""
    families = tuple(family.format() for family in FAMILIES)
    if template is None:
        return Conversations(families, None)
    own = _own(template, dict(tokenizer.special_tokens) if tokenizer else {})
    if isinstance(own, str):
        return Conversations(families, own)
    return Conversations((own, *families), None)


def _own(template: ChatTemplate, special: dict[str, str]) -> Format | str:
    """The checkpoint's own format, or why there is none."""
    if template.problem or template.rendered is None:
        return f"its chat template {template.problem.message if template.problem else 'drops the answer'}"
    pairs, openings = _rendered(template.chosen.text, special)
    if not pairs:
        return "its chat template does not keep question and answer as they are"
    end = template.turn_ends[0] if template.turn_ends else _end_that_is_none(*pairs[0][1:])
    parts = tuple(_pair(question, answer, text, end) for question, answer, text in pairs)
    return Format(
        "its own chat template", own=True, tokens=(), turn_end=end, pairs=parts, openings=openings, text=template.chosen.text
    )


def _end_that_is_none(answer: str, text: str) -> str | None:
    """What looks like a turn's end behind the answer, though the tokenizer's papers know no such token."""
    match = LIKE_A_TOKEN.match(text[text.rindex(answer) + len(answer) :].lstrip())
    return match.group() if match else None


def _pair(question: str, answer: str, text: str, end: str | None) -> Pair:
    at = text.rindex(answer)
    behind = text[at + len(answer) :]
    gap = behind[: len(behind) - len(behind.lstrip())] if end and behind.lstrip().startswith(end) else ""
    return Pair(question, text[:at], answer, gap)


def _rendered(template: str, special: dict[str, str]) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
    """Question, answer and rendering of each pair, and the openings with the generation prompt behind."""
    from modelcheck.sandbox.client import render

    for content in (_text, _parts):
        asked = [_variables([("user", question), ("assistant", answer)], content, special) for question, answer in PAIRS]
        opened = [_variables([("user", text)], content, special, prompt=True) for text in OPENINGS]
        rendered = render(template, [*asked, *opened])
        pairs = [
            (question, answer, text)
            for (question, answer), text in zip(PAIRS, rendered, strict=False)
            if isinstance(text, str) and question in text and answer in text
        ]
        if len(pairs) == len(PAIRS):
            return pairs, tuple(text for text in rendered[len(PAIRS) :] if isinstance(text, str))
    return [], ()


def _text(text: str) -> Any:
    return text


def _parts(text: str) -> Any:
    return [{"type": "text", "text": text}]


def _variables(turns: list[tuple[str, str]], content: Any, special: dict[str, str], *, prompt: bool = False) -> dict[str, Any]:
    messages = [{"role": role, "content": content(text)} for role, text in turns]
    return {**special, "messages": messages, "tools": None, "documents": None, "add_generation_prompt": prompt}
