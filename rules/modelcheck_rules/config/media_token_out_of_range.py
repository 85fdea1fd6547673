from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, lazy, rule

from modelcheck_rules.config._architectures import EXTRA_EMBEDDING_ROWS

_MEDIA = lazy(r"(image|video|audio|vision\w*)_token_(id|index)")


@rule(severity="warning", since="0.1")
def media_token_out_of_range(config: ModelConfig) -> Iterator[Finding]:
    """The placeholder token id for an image, audio or video is outside the vocabulary.

    If the model looks up the token's embedding before replacing it, this causes an index error. Some models replace it first,
    so this is only a likely mistake.

    ## Bad

    ```json config.json
    {"model_type": "llava", "image_token_index": 32000, "text_config": {"vocab_size": 32000}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llava", "image_token_index": 32000, "text_config": {"vocab_size": 32064}}
    ```

    ## Fix

    Resize the embedding so that it has a row for the token, and save the model again.
    """
    size = config.vocab_size
    own = config.model_type in EXTRA_EMBEDDING_ROWS or "num_codebooks" in config.data
    for key, value in config.data.items() if size and not own else ():
        if _MEDIA.fullmatch(key) and type(value) is int and size and value >= size:
            yield Finding(f"{key} is {value}, but vocab_size is {size}", at=config.at(key))
