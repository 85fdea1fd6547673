from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, TemplateCode, TokenizerConfig, rule

_KNOWN = frozenset((
    "messages", "tools", "documents", "add_generation_prompt", "continue_final_message", "enable_thinking", "thinking",
    "reasoning_effort", "date_string", "tool_choice", "builtin_tools", "custom_tools", "add_vision_id", "chat_template_kwargs",
    "controls", "citations", "enable_citations", "xml_tools", "python_tools", "model_identity", "response_format",
))  # fmt: skip
"""Variables that engines set, and those that published models tell clients to send."""


def _misspelt(name: str) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(name, _KNOWN, 1, 0.9))


@rule(severity="note", since="0.1")
def undeclared_variable(template: ChatTemplate, code: TemplateCode, tokenizer: TokenizerConfig | None) -> Iterator[Finding]:
    """The chat template uses a variable that engines do not set.

    Engines pass the messages, the tools, `add_generation_prompt` and the special tokens to a template. Any other variable is empty
    unless each request contains it, and so is a misspelt one. If the template checks a variable first, with `is defined` or
    `{% if name %}`, the rule reports it only if its name closely resembles that of a known variable.

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

    Correct the name, or check the variable first: `{% if name is defined %}`.
    """
    special = {*_KNOWN, *(tokenizer.data if tokenizer else ())}
    unknown = [name for name in code.chosen.undeclared if name not in special and not name.endswith("_token")]
    unknown += [name for name in code.chosen.asked if name not in special | code.chosen.sets and _misspelt(name)]
    if unknown:
        yield Finding(f"the chat template uses {', '.join(unknown[:5])}, which engines do not set", at=template.at())
