from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Lineage, WeightLineage, rule


@rule(severity="error", since="0.2")
def not_from_its_base(lineage: Lineage, weights: WeightLineage) -> Iterator[Finding]:
    """The weights do not come from the model that the checkpoint names as its base.

    Rows of a layer's MLP and of the embedding have the same size in both, but in no row or column are they alike, as in models that
    were trained apart. License, evaluation and safety statements about the base model do not carry over then. The rule needs
    `--budget weights`, reads about 0.4 MB of each model, and says nothing where sizes differ, where weights are quantized to few
    bits, or where any of the models that are named was not read. [Lineage by weights](../../lineage.md) explains the test.

    ## Bad

    ```yaml acme/Thing-Chat:README.md
    ---
    base_model: acme/Thing
    ---
    ```

    ```safetensors acme/Thing-Chat:model.safetensors
    model.embed_tokens.weight F32 64x64 ~1
    model.layers.0.mlp.up_proj.weight F32 32x64 ~2
    ```

    ```safetensors acme/Thing:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    ```

    ## Good

    ```yaml acme/Thing-Chat:README.md
    ---
    base_model: acme/Thing
    ---
    ```

    ```safetensors acme/Thing-Chat:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3~1
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4~2
    ```

    ```safetensors acme/Thing:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    ```

    ## Fix

    Correct `base_model` in the card, or publish the weights that belong to it. `modelcheck lineage` with `--search` finds out
    which of several models they come from.
    """
    if len(weights.of) < len(lineage.origins) or any(one.kinship.outcome != "not derived" for one in weights.of):
        return
    for one in weights.of:
        fixed, of = (sum(getattr(match, key) for match in one.kinship.matches) for key in ("fixed", "of"))
        message = (
            f"the weights do not come from {one.origin.name}: of {of} rows and columns, {fixed} are most similar to the one in the "
            "same place, as in models that were trained apart"
        )
        yield Finding(message, at=one.origin.at)
