from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerFile, rule


@rule(severity="warning", since="0.1")
def one_id_for_two_tokens(file: TokenizerFile) -> Iterator[Finding]:
    """Two added tokens have the same id.

    Only one of them can be decoded to text, and the model was not trained on the other.

    ## Bad

    ```json config.json
    {"model_type": "llama"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 5, "content": "<a>"}, {"id": 5, "content": "<b>"}], "model": {"vocab": {"x": 0}}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama"}
    ```

    ```json tokenizer.json
    {"added_tokens": [{"id": 5, "content": "<a>"}, {"id": 6, "content": "<b>"}], "model": {"vocab": {"x": 0}}}
    ```

    ## Fix

    Give the later token its own id, and train it.
    """
    for token_id, texts in sorted(file.twice.items())[:3]:
        yield Finding(f"token id {token_id} is used for {' and '.join(map(repr, texts))}", at=file.at())
