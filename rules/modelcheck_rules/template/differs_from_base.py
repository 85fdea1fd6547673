from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Checkpoints, Confidence, Finding, Lineage, Rendering, rule

_SHAPES = {
    "answered": "a question and its answer",
    "prompted": "the generation prompt",
    "dialogue": "a second question",
    "system": "a system message",
    "tools": "a declared tool",
    "tool_result": "a tool's call and its result",
}


def _plain(rendering: Rendering, shape: str) -> str | None:
    """A shape without its white space, in which converting tools differ; None where it has no text."""
    text = rendering.text(shape)
    return None if text is None else "".join(text.split())


@rule(severity="note", since="0.1")
def differs_from_base(
    template: ChatTemplate, rendering: Rendering, lineage: Lineage, checkpoints: Checkpoints
) -> Iterator[Finding]:
    """A copy of a model has another chat template than the model.

    A quantised or converted copy is meant to be the same model. Its template was changed, was corrected since, or comes from
    another one: prompts differ, and so do answers. The original is asked of the Hub; where it cannot be reached, this rule is
    silent.

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

    Take the original's template anew, or say in the card why it differs.
    """
    origin = lineage.origins[0]
    if lineage.relation not in ("quantized", "adapter") or len(lineage.origins) != 1 or origin.id is None:
        return
    theirs = checkpoints.fact(Rendering, origin.id, origin.revision)
    differing = [what for shape, what in _SHAPES.items() if theirs and _plain(rendering, shape) != _plain(theirs, shape)]
    if differing:
        message = f"it writes {differing[0]} in another way than {origin.id}, which this is a copy of"
        yield Finding(message, at=template.at(), confidence=Confidence.MEDIUM)
