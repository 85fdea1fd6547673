from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, Rendering, TokenizerFile, rule


@rule(severity="note", since="0.1")
def control_word_is_no_token(template: ChatTemplate, rendering: Rendering, file: TokenizerFile) -> Iterator[Finding]:
    """The chat template writes a control token that is not in the vocabulary.

    The text looks like a control token, but the tokenizer splits it into ordinary tokens. Some models, such as Zephyr, were trained
    this way. If it is not intended, the model does not recognize the marker, and any user can write it in a message.

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

    Add the token before training. If the model was trained with the plain text, nothing has to change.
    """
    words = [word for word in rendering.control_words if word != rendering.turn_end]  # template/turn-end-is-no-token reports that
    missing = [word for word in words if word not in file.words and word not in file.added.values()]
    if missing:
        yield Finding(
            f"the chat template writes {', '.join(map(repr, missing[:4]))}, which the vocabulary does not contain",
            at=template.at(),
        )
