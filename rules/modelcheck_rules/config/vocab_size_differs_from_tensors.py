from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Edit, Finding, Fix, ModelConfig, TensorIndex, rule

from modelcheck_rules.config._architectures import EXTRA_EMBEDDING_ROWS, is_plain

_EMBEDDINGS = (
    "model.embed_tokens.weight", "model.language_model.embed_tokens.weight", "language_model.model.embed_tokens.weight",
    "transformer.wte.weight", "gpt_neox.embed_in.weight", "model.decoder.embed_tokens.weight", "transformer.word_embeddings.weight",
)  # fmt: skip


@rule(severity="error", since="0.1")
def vocab_size_differs_from_tensors(config: ModelConfig, tensors: TensorIndex) -> Iterator[Finding]:
    """The vocabulary size in the config differs from the number of embedding rows.

    transformers creates the embedding with `vocab_size` rows and fails if the stored one has another size. The usual cause is that
    tokens were added and only the config or only the weights were saved. The rule checks only architectures that transformers
    implements.

    ## Bad

    ```json config.json
    {"model_type": "llama", "vocab_size": 32000}
    ```

    ```safetensors model.safetensors
    model.embed_tokens.weight BF16 32002x1
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "vocab_size": 32002}
    ```

    ```safetensors model.safetensors
    model.embed_tokens.weight BF16 32002x1
    ```

    ## Fix

    Set `vocab_size` to the number of rows, provided that the tokenizer has no more tokens than that.
    """
    if not is_plain(config, but=EXTRA_EMBEDDING_ROWS):
        return
    nested = config.data.get(config.text_config) if config.text_config else None
    sizes = [data.get("vocab_size") for data in (config.data, nested) if isinstance(data, dict)]
    stored = next((tensors.tensors[name] for name in _EMBEDDINGS if name in tensors.tensors), None)
    given = [size for size in sizes if type(size) is int]
    if stored and len(stored.shape) == 2 and given and stored.shape[0] not in given:
        at, rows = config.at("vocab_size"), stored.shape[0]
        fix = Fix(f"change vocab_size to {rows}", (Edit(at, f"{rows}", expected=f"{given[-1]}"),))
        yield Finding(f"vocab_size is {given[-1]}, but the embedding has {rows} rows", at=at, fix=fix)
