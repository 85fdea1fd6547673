from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, rule

from modelcheck_rules.config._architectures import architectures


@rule(severity="warning", since="0.1")
def model_type_missing(config: ModelConfig) -> Iterator[Finding]:
    """The config has no `model_type`.

    transformers chooses the class by `model_type`. Without it every `Auto` class raises an error, although `architectures` names a
    class of transformers, unless the folder's name happens to contain the type.

    ## Bad

    ```json config.json
    {"architectures": ["LlamaForCausalLM"], "hidden_size": 64}
    ```

    ## Good

    ```json config.json
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64}
    ```

    ## Fix

    Add `model_type` with the value named in the finding.
    """
    if config.model_type is not None or config.data.get("auto_map"):
        return
    types = [model_type for model_type, classes in architectures().items() if set(config.architectures) & set(classes)]
    if types:
        message = f"model_type is missing; for {config.architectures[0]} it is {types[0]!r}"
        yield Finding(message, at=config.at("architectures"))
