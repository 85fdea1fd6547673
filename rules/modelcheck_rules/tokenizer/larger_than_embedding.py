from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, TokenizerConfig, TokenizerFile, rule


@rule(severity="warning", since="0.1")
def larger_than_embedding(config: ModelConfig, file: TokenizerFile, tokenizer: TokenizerConfig | None) -> Iterator[Finding]:
    """The tokenizer has more tokens than the embedding has rows.

    Text that contains one of the extra tokens causes an index error, and conversion to GGUF fails. The opposite, rows without
    tokens, is ordinary padding.

    ## Bad

    ```json config.json
    {"model_type": "llama", "vocab_size": 2}
    ```

    ```json tokenizer.json
    {"added_tokens": [], "model": {"vocab": {"a": 0, "b": 1, "c": 2}, "merges": []}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "vocab_size": 64}
    ```

    ```json tokenizer.json
    {"added_tokens": [], "model": {"vocab": {"a": 0, "b": 1, "c": 2}, "merges": []}}
    ```

    ## Fix

    Resize the embedding to `len(tokenizer)` and save both again, or remove the extra tokens.
    """
    size = config.vocab_size
    used = (
        {token_id for text in (tokenizer.special_tokens.values() if tokenizer else ()) for token_id in tokenizer.ids(text)}
        if tokenizer
        else set()
    )
    if size is None or file.highest is None or file.highest < size or any(token_id >= size for token_id in used):
        return
    yield Finding(f"the highest token id is {file.highest}, but vocab_size is {size}", at=config.at("vocab_size"))
