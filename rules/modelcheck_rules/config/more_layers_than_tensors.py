from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelcheck.api import Edit, Finding, Fix, ModelConfig, TensorIndex, WeightsIndex, lazy, rule

from modelcheck_rules.config._architectures import LAYERS_OF_THEIR_OWN, is_plain

_LAYER = lazy(
    r"(?:model\.|language_model\.|model\.language_model\.|language_model\.model\.|transformer\.|gpt_neox\.|model\.decoder\.)"
    r"(?:layers|h)\.(\d+)\."
)
_COUNTS = ("num_hidden_layers", "n_layer", "num_layers")


def _highest(names: Iterable[str]) -> int | None:
    return max((int(found[1]) for name in names if (found := _LAYER.match(name))), default=None)


@rule(severity="error", since="0.1")
def more_layers_than_tensors(config: ModelConfig, index: WeightsIndex | None, tensors: TensorIndex | None) -> Iterator[Finding]:
    """The config gives more layers than the weights hold.

    transformers makes the layers that are missing out of random numbers, and says so in one line among many; other engines
    stop. It happens when layers were taken out and the config was kept. Only architectures that transformers itself knows are
    judged.

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

    Write the number of layers that are there, or upload the weights that are missing.
    """
    if not is_plain(config, but=LAYERS_OF_THEIR_OWN):
        return
    key = next((key for key in _COUNTS if type(config.value(key)) is int), None)
    whole = tensors.by_file.get("model.safetensors") if tensors else None  # some shards without an index tell nothing
    highest = _highest(index.shards if index else whole or ())
    if key and highest is not None and config.value(key) > highest + 1:
        given, at = config.value(key), config.at(key)
        fix = Fix(f"write {highest + 1}", (Edit(at, f"{highest + 1}", expected=f"{given}"),))
        yield Finding(f"{key} is {given}, but the weights hold {highest + 1} layers", at=at, fix=fix)
