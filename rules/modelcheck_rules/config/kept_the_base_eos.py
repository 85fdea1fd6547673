from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, GenerationConfig, Lineage, TokenizerConfig, Verdict, rule, stage_word


def _says_base(name: str) -> bool:
    word = stage_word(name)
    return word is not None and word.kind == "base"


@rule(severity="warning", since="0.1")
def kept_the_base_eos(
    template: ChatTemplate, generation: GenerationConfig, lineage: Lineage, tokenizer: TokenizerConfig, verdict: Verdict
) -> Iterator[Finding]:
    """A fine-tune of a base model still has the base model's EOS token.

    The fine-tune added a chat template that ends turns with its own token, but `eos_token_id` was not changed. In a chat,
    answers do not end.

    ## Bad

    ```json config.json
    {"model_type": "qwen2", "eos_token_id": 0}
    ```

    ```json adapter_config.json
    {"base_model_name_or_path": "acme/Thing-7B-Base", "peft_type": "LORA"}
    ```

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|im_start|>"}, "2": {"content": "<|im_end|>"}}}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```json config.json
    {"model_type": "qwen2", "eos_token_id": [0, 2]}
    ```

    ```json adapter_config.json
    {"base_model_name_or_path": "acme/Thing-7B-Base", "peft_type": "LORA"}
    ```

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|im_start|>"}, "2": {"content": "<|im_end|>"}}}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Add the token's id to `eos_token_id` in `generation_config.json` and in `config.json`.
    """
    tuned = [origin.name for origin in lineage.origins if _says_base(origin.name)]
    known = [(token, token_id) for token in template.turn_ends for token_id in tokenizer.ids(token)]
    reported = verdict.nats(without=("stops",)) >= 1  # by template/turn-end-not-eos
    if verdict.label == "not-applicable" and "adapter" not in verdict.sub_labels:
        return  # an embedding model, say: it writes nothing
    if not tuned or lineage.relation == "quantized" or not known or reported or not generation.stop_ids:
        return
    if all(token_id not in generation.stop_ids for _, token_id in known):
        token, token_id = known[0]
        message = f"eos_token_id is still that of the base model {tuned[0]}: {token!r} (id {token_id}) ends a turn but is missing"
        yield Finding(message, at=generation.at("eos_token_id"), fix=generation.adding_stop(token, token_id))
