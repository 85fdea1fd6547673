from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, rule


@rule(severity="warning", since="0.1")
def two_that_differ(template: ChatTemplate) -> Iterator[Finding]:
    """Two files of the checkpoint contain different chat templates.

    transformers uses `chat_template.jinja` and silently ignores the template in `tokenizer_config.json`. Its processors, for models
    with image or audio input, use `chat_template.json` first, and older engines use yet another file. The template that is served
    may not be the one that was tested.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ```json tokenizer_config.json
    {"chat_template": "{% for m in messages %}[{{ m.role }}] {{ m.content }}{% endfor %}"}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
    {% endif %}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ## Fix

    Keep only `chat_template.jinja`, the file that `save_pretrained` writes today.
    """

    def plain(text: str) -> str:
        return "".join(text.split())

    chosen = template.chosen
    for place in template.places:
        if place.path == chosen.path or place.name != chosen.name or plain(place.text) == plain(chosen.text):
            continue
        processors = place.path == "chat_template.json"
        used = "which tokenizers use; processors use this one" if processors else "which transformers uses"
        yield Finding(f"this chat template differs from the one in {chosen.path}, {used}", at=place.at())
