from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, TokenizerFile, rule


@rule(severity="warning", since="0.1")
def one_id_for_two_tokens(file: TokenizerFile) -> Iterator[Finding]:
    """Two added tokens have one id.

    Only one of them can be written back to text, and the other is not what was trained.

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

    Give the later one an id of its own, and train it.
    """
    for token_id, texts in sorted(file.twice.items())[:3]:
        yield Finding(f"the id {token_id} stands for {' and '.join(map(repr, texts))}", at=file.at())
