from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, TemplateCode, TokenizerConfig, rule

_GIVEN = frozenset((
    "messages", "tools", "documents", "add_generation_prompt", "continue_final_message", "enable_thinking", "thinking",
    "reasoning_effort", "date_string", "tool_choice", "builtin_tools", "custom_tools", "add_vision_id", "chat_template_kwargs",
    "controls", "citations", "enable_citations", "xml_tools", "python_tools", "model_identity", "response_format",
))  # fmt: skip
"""What engines give, and what clients of published models are told to bring."""


def _misspelt(name: str) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(name, _GIVEN, 1, 0.9))


@rule(severity="note", since="0.1")
def undeclared_variable(template: ChatTemplate, code: TemplateCode, tokenizer: TokenizerConfig | None) -> Iterator[Finding]:
    """The chat template uses a variable that nobody sets.

    Engines give a template the messages, the tools, `add_generation_prompt` and the special tokens. Anything else is empty
    unless each request brings it, and a slip of the pen looks the same. What it asks for first, with `is defined` or with
    `{% if name %}`, is told of only where it is nearly the name of something that engines give.

    ## Bad

    ```jinja chat_template.jinja
    {% for message in messages %}{{ mesage.content }}{% endfor %}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Correct the name, or ask first: `{% if name is defined %}`.
    """
    special = {*_GIVEN, *(tokenizer.data if tokenizer else ())}
    unknown = [name for name in code.chosen.undeclared if name not in special and not name.endswith("_token")]
    unknown += [name for name in code.chosen.asked if name not in special | code.chosen.sets and _misspelt(name)]
    if unknown:
        yield Finding(f"the chat template uses {', '.join(unknown[:5])}, which no engine gives it by itself", at=template.at())
