from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Lineage, Verdict, rule


@rule(severity="note", since="0.1")
def of_another_family(template: ChatTemplate, lineage: Lineage, verdict: Verdict) -> Iterator[Finding]:
    """A copy of a model has a chat template in the format of another model family.

    Fine-tunes do this on purpose and are not reported. A quantized or converted copy was trained with the control tokens of its own
    family. With those of another family it gives worse answers or does not end its turns.

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

    Copy the template from the original model.
    """
    seen = (*verdict.decisive, *verdict.superseded)
    foreign = next(
        (
            weighed.evidence
            for weighed in seen
            if weighed.signal == "identity/known-template" and weighed.evidence.kind == "foreign"
        ),
        None,
    )
    if foreign and lineage.relation == "quantized":
        yield Finding(foreign.because, at=template.at())
