from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerConfig, TokenizerFile, rule


@rule(severity="warning", since="0.1")
def eos_is_no_token(tokenizer: TokenizerConfig, file: TokenizerFile) -> Iterator[Finding]:
    """The EOS or BOS token is not in the vocabulary.

    Loaders either append the token to the vocabulary, with an id that has no row in the embedding, or split it into several tokens.
    Generation cannot stop on an EOS token that is missing.

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

    Set it to a token that exists, or add the token, resize the embedding and train it.
    """
    for name in ("eos_token", "bos_token"):
        text = tokenizer.own_special_tokens.get(name)
        if text and text not in file.added.values() and text not in file.words and not tokenizer.ids(text):
            yield Finding(f"{name} is {text!r}, which is not in the vocabulary of tokenizer.json", at=tokenizer.at(name))
