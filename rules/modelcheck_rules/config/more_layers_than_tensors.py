from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelcheck.api import Edit, Finding, Fix, ModelConfig, TensorIndex, WeightsIndex, lazy, rule

from modelcheck_rules.config._architectures import REPEATED_LAYERS, is_plain

_LAYER = lazy(
    r"(?:model\.|language_model\.|model\.language_model\.|language_model\.model\.|transformer\.|gpt_neox\.|model\.decoder\.)"
    r"(?:layers|h)\.(\d+)\."
)
_COUNTS = ("num_hidden_layers", "n_layer", "num_layers")


def _highest(names: Iterable[str]) -> int | None:
    return max((int(found[1]) for name in names if (found := _LAYER.match(name))), default=None)


@rule(severity="error", since="0.1")
def more_layers_than_tensors(config: ModelConfig, index: WeightsIndex | None, tensors: TensorIndex | None) -> Iterator[Finding]:
    """The config declares more layers than the weights contain.

    transformers initializes the missing layers with random numbers and mentions it in one log line among many; other engines fail.
    The usual cause is that layers were removed without changing the config. The rule checks only architectures that transformers
    implements.

    ## Bad

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "num_hidden_layers": 4}
    ```

    ```safetensors model.safetensors
    model.layers.0.mlp.up_proj.weight BF16 2x2
    model.layers.1.mlp.up_proj.weight BF16 2x2
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "num_hidden_layers": 2}
    ```

    ```safetensors model.safetensors
    model.layers.0.mlp.up_proj.weight BF16 2x2
    model.layers.1.mlp.up_proj.weight BF16 2x2
    ```

    ## Fix

    Set the number of layers that the weights contain, or upload the missing weights.
    """
    if not is_plain(config, but=REPEATED_LAYERS):
        return
    key = next((key for key in _COUNTS if type(config.value(key)) is int), None)
    whole = tensors.by_file.get("model.safetensors") if tensors else None  # shards without an index may be incomplete
    highest = _highest(index.shards if index else whole or ())
    if key and highest is not None and config.value(key) > highest + 1:
        given, at = config.value(key), config.at(key)
        fix = Fix(f"change {key} to {highest + 1}", (Edit(at, f"{highest + 1}", expected=f"{given}"),))
        yield Finding(f"{key} is {given}, but the weights contain {highest + 1} layers", at=at, fix=fix)
