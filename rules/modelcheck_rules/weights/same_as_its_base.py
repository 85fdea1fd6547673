from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Lineage, WeightLineage, rule

_COPIES = ("quantized", "adapter")


@rule(severity="warning", since="0.2")
def same_as_its_base(lineage: Lineage, weights: WeightLineage) -> Iterator[Finding]:
    """The weights are those of the base model, unchanged.

    The weights files have the same digests on the Hub, or a row of every tensor is identical, which is read where both models are
    on this machine or have 32 tensors at most. The checkpoint is described as made from its base model, but training, if there was
    one, did not reach these files: an adapter was not merged, or the wrong folder was uploaded. Where only a few rows of the
    embedding were trained, that may not be seen. The rule needs `--budget weights`.

    ## Bad

    ```yaml acme/Thing-Chat:README.md
    ---
    base_model: acme/Thing
    base_model_relation: finetune
    ---
    ```

    ```safetensors acme/Thing-Chat:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    model.layers.0.self_attn.q_proj.weight F32 64x64 ~5
    ```

    ```safetensors acme/Thing:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    model.layers.0.self_attn.q_proj.weight F32 64x64 ~5
    ```

    ## Good

    ```yaml acme/Thing-Chat:README.md
    ---
    base_model: acme/Thing
    base_model_relation: finetune
    ---
    ```

    ```safetensors acme/Thing-Chat:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    model.layers.0.self_attn.q_proj.weight F32 64x64 ~5~1
    ```

    ```safetensors acme/Thing:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    model.layers.0.self_attn.q_proj.weight F32 64x64 ~5
    ```

    ## Fix

    Merge the adapter and upload the merged weights, or say in the card that the weights are a copy.
    """
    for one in weights.of:
        if one.copied and one.kinship.degree == "identical" and lineage.relation not in _COPIES:
            yield Finding(f"all weights that were read are identical to those of {one.origin.name}", at=one.origin.at)
