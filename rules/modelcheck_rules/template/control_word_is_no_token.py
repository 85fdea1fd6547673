from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TokenizerFile, rule


@rule(severity="note", since="0.1")
def control_word_is_no_token(template: ChatTemplate, rendering: Rendering, file: TokenizerFile) -> Iterator[Finding]:
    """A control word of the chat template is no token of the vocabulary.

    It looks like one and is cut into pieces of ordinary text. Some models were trained so, Zephyr's for one. Where it was not
    meant, the model sees a mark that it does not know, and any user can write it as well.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}<|{{ m.role }}|>{{ m.content }}</s>{% endfor %}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 2, "content": "</s>", "special": true}], "model": {"vocab": {"</s>": 2}}}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|{{ m.role }}|>{{ m.content }}</s>{% endfor %}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 2, "content": "</s>"}, {"id": 3, "content": "<|user|>"}, {"id": 4, "content": "<|assistant|>"}],
     "model": {"vocab": {"</s>": 2}}}
    ```

    ## Fix

    Add the token before training, or leave it, where the model was trained with the text.
    """
    missing = [word for word in rendering.control_words if word not in file.words and word not in file.added.values()]
    if missing:
        yield Finding(
            f"{', '.join(map(repr, missing[:4]))} of the chat template is cut into pieces: no token of the vocabulary",
            at=template.at(),
        )
