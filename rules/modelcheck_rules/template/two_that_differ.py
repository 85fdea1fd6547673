from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, rule


@rule(severity="warning", since="0.1")
def two_that_differ(template: ChatTemplate) -> Iterator[Finding]:
    """The checkpoint holds two chat templates that differ, in two files.

    transformers takes `chat_template.jinja` and passes over `tokenizer_config.json` without a word; its processors, for models that
    see or hear, take `chat_template.json` first, and older engines take another one. What was tested is then not what is served.

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

    Keep one: `chat_template.jinja`, which `save_pretrained` writes today.
    """

    def plain(text: str) -> str:
        return "".join(text.split())

    chosen = template.chosen
    for place in template.places:
        if place.path == chosen.path or place.name != chosen.name or plain(place.text) == plain(chosen.text):
            continue
        processors = place.path == "chat_template.json"
        who = "which a tokenizer takes; a processor takes this one" if processors else "which transformers takes"
        yield Finding(f"this chat template differs from the one in {chosen.path}, {who}", at=place.at())
