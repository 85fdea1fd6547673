from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Checkpoints, FileListing, Finding, Lineage, WeightRelatives, WeightRows, rule

_CARD = "README.md"


@rule(severity="warning", since="0.2")
def derived_but_undeclared(
    rows: WeightRows,
    relatives: WeightRelatives | None,
    lineage: Lineage | None,
    name: CheckpointName,
    listing: FileListing,
    checkpoints: Checkpoints,
    *,
    against: tuple[str, ...] = (),
) -> Iterator[Finding]:
    """The weights come from a model that the checkpoint does not name.

    `against` holds ids of the Hub to compare with; `--against FILE` adds the models whose fingerprints are in the file, which
    `modelcheck lineage index` makes. Without either the rule reports nothing. The license of the other model may apply to this one,
    and what is known of it does. A common ancestor of both, which was not compared, explains the relation as well. Nothing is
    reported if one of the related models is named. The rule needs `--budget weights`;
    [lineage by weights](../../lineage.md) explains the test.

    ## Bad

    ```toml modelcheck.toml
    [rules."weights/derived-but-undeclared"]
    against = ["acme/Thing"]
    ```

    ```yaml other/Own:README.md
    ---
    license: mit
    ---
    ```

    ```safetensors other/Own:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3~1
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4~2
    ```

    ```safetensors acme/Thing:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    ```

    ## Good

    ```toml modelcheck.toml
    [rules."weights/derived-but-undeclared"]
    against = ["acme/Thing"]
    ```

    ```yaml other/Own:README.md
    ---
    license: mit
    base_model: acme/Thing
    ---
    ```

    ```safetensors other/Own:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3~1
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4~2
    ```

    ```safetensors acme/Thing:model.safetensors
    model.embed_tokens.weight F32 64x64 ~3
    model.layers.0.mlp.up_proj.weight F32 32x64 ~4
    ```

    ## Fix

    Name the model in the card: `base_model`, and `base_model_relation` for a merge or a quantized copy.
    """
    found = [(one.name, one.kinship) for one in relatives.of] if relatives else []
    for id_ in against:
        theirs = checkpoints.fact(WeightRows, id_, None) if id_.lower() != name.whole.lower() else None
        kinship = rows.compared(theirs) if theirs is not None else None
        if kinship is not None and kinship.outcome == "derived":
            found.append((id_, kinship))
    ours = [name.whole, *(origin.name for origin in lineage.origins)] if lineage else [name.whole]
    known = {one.rpartition("/")[2].lower() for one in ours}
    if not found or any(one.rpartition("/")[2].lower() in known for one, _ in found):
        return
    nearest, kinship = min(found, key=lambda pair: pair[1].change or 0.0)
    what = "are those of" if kinship.degree == "identical" else "are related to those of"
    message = f"the weights {what} {nearest} (p = {kinship.p:.0e}), which the checkpoint does not name"
    yield Finding(message, at=listing.at(_CARD if _CARD in listing else next(iter(listing.safetensors), ".")))
