from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Confidence, Finding, GenerationConfig, ModelConfig, TokenizerConfig, rule


def _shown(ids: set[int]) -> str:
    return ", ".join(map(str, sorted(ids)))


@rule(severity="warning", since="0.1")
def token_ids_disagree(
    config: ModelConfig, generation: GenerationConfig | None, tokenizer: TokenizerConfig | None, template: ChatTemplate | None
) -> Iterator[Finding]:
    """Two files contain different ids for the same special token.

    `config.json`, `generation_config.json` and the tokenizer each define the BOS, EOS and padding tokens. Engines differ in which
    of these files they use. If one file has a list that contains the other file's id, they agree.

    ## Bad

    ```json config.json
    {"model_type": "llama", "eos_token_id": 2}
    ```

    ```json generation_config.json
    {"eos_token_id": 5}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "eos_token_id": 2}
    ```

    ```json generation_config.json
    {"eos_token_id": [2, 5]}
    ```

    ## Fix

    Set both configs to the ids of the tokenizer's tokens.
    """
    own = generation.file if generation and generation.file and generation.path != config.file.path else None
    for name in ("bos_token_id", "eos_token_id", "pad_token_id"):
        ids = set(config.token_ids.get(name, ()))
        value = own.data.get(name) if own else None
        others = {item for item in (value if isinstance(value, list) else [value]) if type(item) is int}
        if own and ids and others and not ids & others:
            message = f"{name} is {_shown(others)} here, but {_shown(ids)} in config.json"
            yield Finding(message, at=own.at(name), confidence=Confidence.MEDIUM)
            continue
        text = tokenizer.own_special_tokens.get(name.removesuffix("_id")) if tokenizer else None
        if template and text in template.turn_ends:
            continue  # reported by template/turn-end-not-eos
        known = set(tokenizer.ids(text)) if tokenizer and text else set()
        if known and ids and not known & (ids | others):
            message = f"{name} is {_shown(ids)}, but the tokenizer's {text!r} has id {_shown(known)}"
            yield Finding(message, at=config.at(name), confidence=Confidence.MEDIUM)
