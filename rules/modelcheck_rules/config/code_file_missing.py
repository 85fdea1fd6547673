from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, rule

from modelcheck_rules.config._architectures import architectures


@rule(severity="error", since="0.1")
def code_file_missing(config: ModelConfig, listing: FileListing) -> Iterator[Finding]:
    """A Python file named in the config is missing.

    `auto_map` names a Python file that is not in the checkpoint: loading with `trust_remote_code=True` fails, and without that
    option the model type is unknown. The usual cause is a conversion that copied only the weights.

    ## Bad

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModel": "modeling_thing.ThingModel"}}
    ```

    ```text model.safetensors
    ```

    ## Good

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModel": "modeling_thing.ThingModel"}}
    ```

    ```text model.safetensors
    ```

    ```python modeling_thing.py
    ```

    ## Fix

    Copy the Python files from the original, or refer to its repository: `owner/name--modeling_thing.ThingModel`.
    """
    if config.model_type in architectures():
        return  # transformers now implements this model type itself and does not look for the file
    value = config.data.get("auto_map")
    names = [name for name in (value.values() if isinstance(value, dict) else ()) if isinstance(name, str) and "--" not in name]
    missing = sorted({f"{name.partition('.')[0]}.py" for name in names} - set(listing.sizes))
    weights = listing.safetensors or listing.pickles
    if missing and listing.complete and weights:
        verb = "is" if len(missing) == 1 else "are"
        yield Finding(f"auto_map names {', '.join(missing)}, which {verb} missing", at=config.at("auto_map"))
