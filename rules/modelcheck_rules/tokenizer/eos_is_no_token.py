from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, TokenizerFile, rule


@rule(severity="warning", since="0.1")
def eos_is_no_token(tokenizer: TokenizerConfig, file: TokenizerFile) -> Iterator[Finding]:
    """The token that ends a text is not in the vocabulary.

    Loaders add it behind the vocabulary, with an id that the model has no row for, or cut it into pieces. Generation cannot
    stop there.

    ## Bad

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 0, "content": "</s>"}], "model": {"vocab": {"</s>": 0}}}
    ```

    ## Good

    ```json tokenizer_config.json
    {"eos_token": "</s>"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 0, "content": "</s>"}], "model": {"vocab": {"</s>": 0}}}
    ```

    ## Fix

    Name a token that is there, or add it, resize the embedding and train it.
    """
    for name in ("eos_token", "bos_token"):
        text = tokenizer.own_special_tokens.get(name)
        if text and text not in file.added.values() and text not in file.words and not tokenizer.ids(text):
            yield Finding(f"{name} is {text!r}, which is no token of tokenizer.json", at=tokenizer.at(name))
