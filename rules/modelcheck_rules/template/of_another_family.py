from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Lineage, Verdict, rule


@rule(severity="note", since="0.1")
def of_another_family(template: ChatTemplate, lineage: Lineage, verdict: Verdict) -> Iterator[Finding]:
    """A copy of a model has a chat template in another family's format.

    Fine-tunes do this on purpose, and are left alone. A quantised or converted copy was trained with its own family's marks,
    and answers worse, or does not end its turns, in another's.

    ## Bad

    ```json config.json
    {"model_type": "gemma3_text", "quantization_config": {"quant_method": "awq"}}
    ```

    ```markdown README.md
    ---
    base_model: acme/Thing-7B-it
    ---
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Good

    ```json config.json
    {"model_type": "qwen2", "quantization_config": {"quant_method": "awq"}}
    ```

    ```markdown README.md
    ---
    base_model: acme/Thing-7B-it
    ---
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ## Fix

    Take the template of the model that it is a copy of.
    """
    seen = (*verdict.decisive, *verdict.superseded)
    foreign = next(
        (one.evidence for one in seen if one.signal == "identity/known-template" and one.evidence.kind == "foreign"), None
    )
    if foreign and lineage.relation == "quantized":
        yield Finding(foreign.because, at=template.at())
