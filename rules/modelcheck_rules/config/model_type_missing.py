from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, rule

from modelcheck_rules.config._architectures import architectures


@rule(severity="warning", since="0.1")
def model_type_missing(config: ModelConfig) -> Iterator[Finding]:
    """The config does not tell the model's type.

    `architectures` names a class of transformers, and `model_type`, by which transformers chooses the class, is not there: every
    `Auto` class stops, unless the folder's name happens to hold the type.

    ## Bad

    ```json config.json
    {"architectures": ["LlamaForCausalLM"], "hidden_size": 64}
    ```

    ## Good

    ```json config.json
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64}
    ```

    ## Fix

    Add `model_type`, as the finding says it.
    """
    if config.model_type is not None or config.data.get("auto_map"):
        return
    types = [kind for kind, classes in architectures().items() if set(config.architectures) & set(classes)]
    if types:
        yield Finding(f"model_type is not there; of {config.architectures[0]} it is {types[0]!r}", at=config.at("architectures"))
