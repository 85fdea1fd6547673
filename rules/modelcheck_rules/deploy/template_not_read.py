from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, ModelUse, rule


@rule(severity="note", since="0.1")
def template_not_read(use: ModelUse, template: ChatTemplate) -> Iterator[Finding]:
    """text-generation-inference serves a checkpoint whose chat template is only in `chat_template.jinja`.

    Its router reads the template from `tokenizer_config.json` (or `processor_config.json`), and chat requests fail with
    "template not found". transformers has saved templates in a file of their own since 4.52. Reported for version 3.3
    (huggingface/text-generation-inference#3247); a later version may read the file.

    ## Bad

    ```yaml compose.yaml
    services:
      tgi:
        image: ghcr.io/huggingface/text-generation-inference:3.3.0
        command: --model-id ./thing
        environment:
          MESSAGES_API_ENABLED: "true"
    ```

    ```json thing/tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ```jinja thing/chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```yaml compose.yaml
    services:
      tgi:
        image: ghcr.io/huggingface/text-generation-inference:3.3.0
        command: --model-id ./thing
        environment:
          MESSAGES_API_ENABLED: "true"
    ```

    ```json thing/tokenizer_config.json
    {"chat_template": "{% for m in messages %}<|im_start|>{{ m.role }}{{ m.content }}<|im_end|>{% endfor %}"}
    ```

    ## Fix

    Copy the template into `tokenizer_config.json` under `chat_template`, or pass such a file with `--tokenizer-config-path`.
    """
    chats = use.engine == "tgi" and use.purpose == "chat" and not use.template
    if chats and all(place.path.endswith(".jinja") for place in template.places):
        where = template.chosen.path
        yield Finding(
            f"the chat template of {use.model} is only in {where}, and text-generation-inference reads tokenizer_config.json",
            at=use.at,
        )
