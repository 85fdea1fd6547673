from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, ControlRows, Finding, Verdict, rule


@rule(severity="warning", since="0.1")
def turn_end_untrained(rows: ControlRows, template: ChatTemplate, verdict: Verdict) -> Iterator[Finding]:
    """The chat template ends turns with a token that was never trained.

    The token's row in the embedding or the output head is similar to those of tokens that were never trained. The model cannot
    write the token, so its answers run to the token limit. In a base model this is expected. An instruct model that was
    fine-tuned from it with a low-rank adapter inherits the problem.

    ## Bad

    ```base64 model.safetensors
    WAAAAAAAAAB7Im1vZGVsLmVtYmVkX3Rva2Vucy53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzQwLDJdLCJkYXRhX29mZnNldHMiOlswLDMyMF19
    fSAgICAgAAAAP83MzL6amRk/MzOzvjMzMz+amZm+zcxMPwAAgL5mZmY/zcxMvgAAAD+amRm+mpkZP83MzL0zMzM/zczMvs3MTD8zM7O+ZmZmP5qZmb4AAAA/
    AACAvpqZGT/NzEy+MzMzP5qZGb7NzEw/zczMvWZmZj/NzMy+AAAAPzMzs76amRk/mpmZvjMzMz8AAIC+zcxMP83MTL5mZmY/mpkZvgAAAD/NzMy9mpkZP83M
    zL4zMzM/MzOzvs3MTD+amZm+ZmZmPwAAgL4AAAA/zcxMvpqZGT+amRm+MzMzP83MzL3NzEw/zczMvmZmZj8zM7O+AAAAP5qZmb6amRk/AACAvjMzMz/NzEy+
    zcxMP5qZGb5mZmY/zczMvQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    ```

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"34": {"content": "<|im_start|>"}, "35": {"content": "<|im_end|>"},
     "36": {"content": "<|reserved_0|>"}, "37": {"content": "<|reserved_1|>"}, "38": {"content": "<|reserved_2|>"}}}
    ```

    ```text chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }} {{ m.content }}<|im_end|>{% endfor %}
    ```

    ## Good

    ```base64 model.safetensors
    WAAAAAAAAAB7Im1vZGVsLmVtYmVkX3Rva2Vucy53ZWlnaHQiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzQwLDJdLCJkYXRhX29mZnNldHMiOlswLDMyMF19
    fSAgICAgAAAAP83MzL6amRk/MzOzvjMzMz+amZm+zcxMPwAAgL5mZmY/zcxMvgAAAD+amRm+mpkZP83MzL0zMzM/zczMvs3MTD8zM7O+ZmZmP5qZmb4AAAA/
    AACAvpqZGT/NzEy+MzMzP5qZGb7NzEw/zczMvWZmZj/NzMy+AAAAPzMzs76amRk/mpmZvjMzMz8AAIC+zcxMP83MTL5mZmY/mpkZvgAAAD/NzMy9mpkZP83M
    zL4zMzM/MzOzvs3MTD+amZm+ZmZmPwAAgL4AAAA/zcxMvpqZGT+amRm+MzMzP83MzL3NzEw/zczMvmZmZj8zM7O+AAAAP5qZmb6amRk/AACAvjMzMz/NzEy+
    zcxMP5qZGb5mZmY/zczMvQrXIzwK16M8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    ```

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"34": {"content": "<|im_start|>"}, "35": {"content": "<|im_end|>"},
     "36": {"content": "<|reserved_0|>"}, "37": {"content": "<|reserved_1|>"}, "38": {"content": "<|reserved_2|>"}}}
    ```

    ```text chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }} {{ m.content }}<|im_end|>{% endfor %}
    ```

    ## Fix

    Fine-tune again and train the embeddings and the output head too (`modules_to_save`), or serve the model with other stop tokens.
    For chat, use the instruct model instead of the base model.
    """
    untrained = [token for token in template.turn_ends if token in rows.untrained]
    if untrained:
        effect = "as in most base models" if verdict.label == "base" else "so answers will not end"
        yield Finding(f"the chat template ends turns with {untrained[0]}, which was never trained, {effect}", at=rows.at)
