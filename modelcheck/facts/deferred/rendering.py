"""A chat template rendered with conversations of different shapes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from modelcheck.declarations import fact
from modelcheck.facts.chat_template import LIKE_A_TOKEN, ChatTemplate, variables
from modelcheck.facts.tokenizer_config import TokenizerConfig
from modelcheck.patterns import lazy
from modelcheck.records import record
from modelcheck.sandbox import Problem

UNICODE = "zażółć 你好 🙂\n<b>&amp;</b> {{ x }} \"quoted\" 'text'"
_UNDEFINED = lazy(r"'(\w+)' is undefined")
_LACKING = lazy(r"'dict object' has no attribute '(\w+)'")
_KEYS = ("role", "content", "tool_calls", "name", "type", "text", "function", "arguments", "tool_call_id", "reasoning_content")
"""Keys of a message and its parts; a name close to one of these is a typo."""
_GIVEN = ("messages", "message", "tools", "bos_token", "eos_token", "add_generation_prompt", "documents", "content")
"""Variables that engines pass, and names of their parts in templates; a name close to one of these is a typo."""
_USUAL = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
"""Defaults of the tokenizer's class, for a config that names none."""
_PERHAPS = {"sep_token": "<sep>", "cls_token": "<cls>", "mask_token": "<mask>"}
"""Values that a tokenizer may have but that are unknown here: a template without its tokenizer may use them."""
_CALL_ID = "a1b2c3d4e"  # Mistral's templates accept no other length


@record()
class Rendering:
    """``shapes`` is name → text, or the reason why it failed. ``parts``: it accepts content as a list of parts only.

    question (user), prompted (the same with a generation prompt), answered (user, assistant), dialogue (user, assistant, user),
    system (system, user), unicode and empty (user), parts (user, content as a list), tools (user, with a tool declared),
    tool_result (user, assistant that calls, tool, assistant).
    """

    SYSTEM: ClassVar = "xq7s system text s7qx"
    QUESTION: ClassVar = "xq7u question u7qx"
    ANSWER: ClassVar = "xq7a answer a7qx"
    SECOND: ClassVar = "xq7v second question v7qx"
    TOOL: ClassVar = "xq7_weather"
    CALLED: ClassVar = "Oslo"
    RESULT: ClassVar = "xq7r 22 degrees r7qx"

    shapes: Mapping[str, str | Problem]
    parts: bool = False

    def text(self, shape: str) -> str | None:
        """The text of a shape, None if it failed."""
        found = self.shapes[shape]
        return found if isinstance(found, str) else None

    def problem(self, shape: str) -> Problem | None:
        """The reason why a shape failed, None if it did not."""
        found = self.shapes[shape]
        return found if isinstance(found, Problem) else None

    def wants(self, variables: Collection[str]) -> str | None:
        """What every request must have for a question to render: tools, a variable that engines do not pass, or a key of a message.

        None if the template is wrong: a typo in a name, or another error.
        """
        problem, tools = self.problem("question"), self.text("tools")
        if problem is None or problem.kind != "raised":
            return None
        if tools is not None and self.QUESTION in tools:
            return "tools"
        missing, lacking = _UNDEFINED.match(problem.message), _LACKING.match(problem.message)
        if missing and missing[1] in variables:
            return None if _near(missing[1], _GIVEN) else missing[1]
        if lacking:
            return None if _near(lacking[1], _KEYS) else f"a message's {lacking[1]}"
        return None

    @property
    def turn_end(self) -> str | None:
        """The control word directly after an answer, token or not; None if there is none."""
        text = self.text("answered")
        if text is None or self.ANSWER not in text:
            return None
        found = LIKE_A_TOKEN.match(text[text.index(self.ANSWER) + len(self.ANSWER) :].lstrip())
        return found.group() if found else None

    @property
    def always_opens(self) -> bool:
        """Whether a question alone already opens the next turn: the text before the question occurs again after it."""
        before, asked, after = (self.text("question") or "").partition(self.QUESTION)
        opening = set(LIKE_A_TOKEN.findall(before)[-2:])
        return bool(asked) and bool(opening & set(LIKE_A_TOKEN.findall(after)[1:]))

    @property
    def control_words(self) -> tuple[str, ...]:
        """The control words in a question and its answer, in order."""
        text = self.text("answered") or self.text("question") or ""
        return tuple(dict.fromkeys(LIKE_A_TOKEN.findall(text)))


@fact(cost="files")
def rendering(template: ChatTemplate, tokenizer: TokenizerConfig | None) -> Rendering:
    """Renders each shape as transformers would, with content as text or, if that fails, as parts."""
    from modelcheck.sandbox.client import render

    if template.problem and template.problem.kind in ("time", "memory"):
        return Rendering(dict.fromkeys([*_shapes(), "parts"], template.problem))
    shapes = {name: conversation(name, tokenizer) for name in _shapes()}
    parts = {name: _in_parts(shape) for name, shape in shapes.items()}
    found = render(template.chosen.text, [*shapes.values(), *parts.values()])
    plain = dict(zip(shapes, found, strict=False))
    listed = dict(zip(parts, found[len(shapes) :], strict=True))
    wants_parts = not _holds(plain["question"]) and _holds(listed["question"])
    chosen = {**(listed if wants_parts else plain), "parts": listed["question"]}
    by_tools = next((place.text for place in template.places if place.name == "tool_use"), None)
    if by_tools and by_tools != template.chosen.text:
        names = ("tools", "tool_result")
        chosen |= dict(zip(names, render(by_tools, [(parts if wants_parts else shapes)[name] for name in names]), strict=True))
    return Rendering(chosen, wants_parts)


def conversation(shape: str, tokenizer: TokenizerConfig | None) -> dict[str, Any]:
    """The variables with which a template is rendered for a shape, content as text. Raises KeyError."""
    special = {**_USUAL, **(tokenizer.special_tokens if tokenizer else _PERHAPS)}
    return variables(special, **_shapes()[shape])


def _near(name: str, known: Collection[str]) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(name, known, 1, 0.75))


def _holds(text: str | Problem) -> bool:
    return isinstance(text, str) and Rendering.QUESTION in text


def _shapes() -> dict[str, dict[str, Any]]:
    user = {"role": "user", "content": Rendering.QUESTION}
    answer = {"role": "assistant", "content": Rendering.ANSWER}
    schema = {"type": "object", "properties": {"city": {"type": "string", "description": "A city."}}, "required": ["city"]}
    tools = [{"type": "function", "function": {"name": Rendering.TOOL, "description": "Tells the weather.", "parameters": schema}}]
    call = {"type": "function", "id": _CALL_ID, "function": {"name": Rendering.TOOL, "arguments": {"city": Rendering.CALLED}}}
    result = [
        user,
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "name": Rendering.TOOL, "tool_call_id": _CALL_ID, "content": Rendering.RESULT},
    ]
    return {
        "question": {"messages": [user]},
        "prompted": {"messages": [user], "prompt": True},
        "answered": {"messages": [user, answer]},
        "dialogue": {"messages": [user, answer, {"role": "user", "content": Rendering.SECOND}]},
        "system": {"messages": [{"role": "system", "content": Rendering.SYSTEM}, user]},
        "unicode": {"messages": [{"role": "user", "content": UNICODE}]},
        "empty": {"messages": [{"role": "user", "content": ""}]},
        "tools": {"messages": [user], "tools": tools, "prompt": True},
        "tool_result": {"messages": [*result, answer], "tools": tools},
    }


def _in_parts(variables: dict[str, Any]) -> dict[str, Any]:
    messages = [{**message, "content": [{"type": "text", "text": message["content"]}]} for message in variables["messages"]]
    return {**variables, "messages": messages}
