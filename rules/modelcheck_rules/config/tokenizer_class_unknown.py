from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, FileListing, Finding, ModelConfig, TokenizerConfig, rule

from modelcheck_rules.config._architectures import tokenizer_classes


@rule(severity="warning", since="0.1")
def tokenizer_class_unknown(tokenizer: TokenizerConfig, config: ModelConfig | None, listing: FileListing) -> Iterator[Finding]:
    """`tokenizer_class` names a class that transformers does not have, and no `auto_map` says where its code is.

    transformers 4 fails to load such a tokenizer. transformers 5 uses `tokenizer.json` instead, if there is one. The usual causes
    are a conversion that copied the config but not the custom code, and a misspelled name.

    ## Bad

    ```json tokenizer_config.json
    {"tokenizer_class": "ThingTokenizer", "eos_token": "</s>"}
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ```text tokenizer.model
    ```

    ## Good

    ```json tokenizer_config.json
    {"tokenizer_class": "LlamaTokenizer", "eos_token": "</s>"}
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ```text tokenizer.model
    ```

    ## Fix

    Name the class of transformers that reads the tokenizer's files, or copy the code and its `auto_map` from the original.
    """
    name = tokenizer.data.get("tokenizer_class")
    coded = tokenizer.data.get("auto_map") or (config is not None and config.data.get("auto_map")) or listing.at_root((".py",))
    if not isinstance(name, str) or not name or coded or name.removesuffix("Fast") in tokenizer_classes():
        return
    if tokenizer.file is not None:
        whole = "tokenizer.json" in listing
        yield Finding(
            f"transformers has no tokenizer class {name!r}, and no auto_map names its code"
            + (": only transformers 5 loads the tokenizer, from tokenizer.json" if whole else ""),
            at=tokenizer.file.at("tokenizer_class"),
            confidence=Confidence.MEDIUM if whole else Confidence.HIGH,
        )
