from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, rule

from modelcheck_rules.config._architectures import architectures


@rule(severity="error", since="0.1")
def code_file_missing(config: ModelConfig, listing: FileListing) -> Iterator[Finding]:
    """The code that the config names is not there.

    `auto_map` names a Python file of the checkpoint, and it is not among its files: loading with `trust_remote_code=True`
    fails, and without it the model type is unknown. A conversion that copied only the weights leaves it so.

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

    Copy the Python files of the original, or name its repository: `owner/name--modeling_thing.ThingModel`.
    """
    if config.model_type in architectures():
        return  # transformers has the code itself by now, and does not look for the file
    value = config.data.get("auto_map")
    names = [name for name in (value.values() if isinstance(value, dict) else ()) if isinstance(name, str) and "--" not in name]
    missing = sorted({f"{name.partition('.')[0]}.py" for name in names} - set(listing.sizes))
    weights = listing.safetensors or listing.pickles
    if missing and listing.complete and weights:
        yield Finding(f"auto_map names {', '.join(missing)}, which is not there", at=config.at("auto_map"))
