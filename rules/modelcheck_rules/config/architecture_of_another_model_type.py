from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, rule

from modelcheck_rules.config._architectures import architectures


@rule(severity="warning", since="0.1")
def architecture_of_another_model_type(config: ModelConfig) -> Iterator[Finding]:
    """The architecture does not belong to the model type.

    transformers chooses the class by `model_type`, vLLM and others by `architectures`, so they load the same weights as two
    different models. The rule checks only classes that transformers implements, and skips checkpoints with custom code.

    ## Bad

    ```json config.json
    {"model_type": "mistral", "architectures": ["LlamaForCausalLM"]}
    ```

    ## Good

    ```json config.json
    {"model_type": "mistral", "architectures": ["MistralForCausalLM"]}
    ```

    ## Fix

    Set both to the architecture that the weights were trained with.
    """
    if config.data.get("auto_map") or not config.model_type or not config.architectures:
        return
    known = architectures()
    own = known.get(config.model_type)
    if own is None:
        return
    for name in config.architectures:
        others = [model_type for model_type, classes in known.items() if name in classes]
        if others and name not in own:
            yield Finding(
                f"{name} belongs to model_type {others[0]!r}, but model_type is {config.model_type!r}",
                at=config.at("architectures"),
            )
