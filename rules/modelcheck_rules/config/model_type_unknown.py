from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelCard, ModelConfig, rule

from modelcheck_rules.config._architectures import model_types, transformers_version


@rule(severity="note", since="0.1")
def model_type_unknown(config: ModelConfig, listing: FileListing, card: ModelCard | None) -> Iterator[Finding]:
    """transformers does not have the model type, and no `auto_map` names its code.

    `AutoConfig` rejects such a checkpoint. Either a conversion did not copy the custom code, or the name is misspelled, or the
    model type is newer than the version of transformers in the finding. Checkpoints for another library are not reported.

    ## Bad

    ```json config.json
    {"model_type": "thing", "architectures": ["ThingForCausalLM"]}
    ```

    ```text model.safetensors
    ```

    ## Good

    ```json config.json
    {"model_type": "thing", "architectures": ["ThingForCausalLM"], "auto_map": {"AutoConfig": "acme/Thing--config.ThingConfig"}}
    ```

    ```text model.safetensors
    ```

    ## Fix

    Copy the code and its `auto_map` from the original, or correct the name.
    """
    kind, library = config.model_type, card.data.get("library_name") if card else None
    weights = listing.safetensors or listing.pickles
    if not kind or kind in model_types() or not config.architectures or not weights or not listing.complete:
        return
    if not config.data.get("auto_map") and not listing.at_root((".py",)) and library in (None, "transformers"):
        message = f"transformers {transformers_version()} has no model type {kind!r}, and no auto_map names its code"
        yield Finding(message, at=config.at("model_type"))
