from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Checkpoints, Confidence, Finding, Lineage, Rendering, rule

_SHAPES = {
    "answered": "a question and its answer",
    "prompted": "the generation prompt",
    "dialogue": "a second question",
    "system": "a system message",
    "tools": "a tool declaration",
    "tool_result": "a tool call and its result",
}


def _plain(rendering: Rendering, shape: str) -> str | None:
    """Return the rendered text without white space, in which conversion tools differ; None if rendering failed."""
    text = rendering.text(shape)
    return None if text is None else "".join(text.split())


@rule(severity="note", since="0.1")
def differs_from_base(
    template: ChatTemplate, rendering: Rendering, lineage: Lineage, checkpoints: Checkpoints
) -> Iterator[Finding]:
    """The chat template of a copy differs from that of the original model.

    A quantized or converted copy should behave like the original. If the template of one of them was changed or corrected, or
    comes from another model, prompts differ, and so do answers. The rule loads the original's template from the Hub and is
    skipped if that is not possible.

    ## Bad

    ```json someone/Thing-7B-Chat-AWQ:config.json
    {"quantization_config": {"quant_method": "awq"}}
    ```

    ```markdown README.md
    ---
    base_model: acme/Thing-7B-Chat
    ---
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}
    ```

    ```jinja acme/Thing-7B-Chat:chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Good

    ```json someone/Thing-7B-Chat-AWQ:config.json
    {"quantization_config": {"quant_method": "awq"}}
    ```

    ```markdown README.md
    ---
    base_model: acme/Thing-7B-Chat
    ---
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ```jinja acme/Thing-7B-Chat:chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Copy the template from the original again, or explain the difference in the card.
    """
    origin = lineage.origins[0]
    if lineage.relation not in ("quantized", "adapter") or len(lineage.origins) != 1 or origin.id is None:
        return
    theirs = checkpoints.fact(Rendering, origin.id, origin.revision)
    differing = [what for shape, what in _SHAPES.items() if theirs and _plain(rendering, shape) != _plain(theirs, shape)]
    if differing:
        message = f"the chat template renders {differing[0]} differently than that of the original, {origin.id}"
        yield Finding(message, at=template.at(), confidence=Confidence.MEDIUM)
