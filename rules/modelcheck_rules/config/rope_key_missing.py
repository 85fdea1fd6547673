from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, rule

_REQUIRED = {
    "linear": ("factor",),
    "dynamic": ("factor",),
    "yarn": ("factor",),
    "longrope": ("short_factor", "long_factor"),
    "llama3": ("factor", "low_freq_factor", "high_freq_factor"),
}
"""From transformers 5.23, ``modeling_rope_utils.py``, without the keys that it fills in itself."""


@rule(severity="error", since="0.1")
def rope_key_missing(config: ModelConfig) -> Iterator[Finding]:
    """The RoPE scaling lacks a value that its type requires.

    transformers raises a KeyError when it loads the config; engines that parse the config themselves fail too.

    ## Bad

    ```json config.json
    {"model_type": "llama", "rope_scaling": {"rope_type": "linear"}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "rope_scaling": {"rope_type": "linear", "factor": 2.0}}
    ```

    ## Fix

    Add the keys named in the finding. Their values are in the config of the model that this one was derived from.
    """
    if config.data.get("auto_map"):
        return  # custom code may use other keys
    for key in ("rope_scaling", "rope_parameters"):
        value = config.value(key)
        nested = [item for item in value.values() if isinstance(item, dict)] if isinstance(value, dict) else []
        for scaling in nested or ([value] if isinstance(value, dict) else []):
            kind = scaling.get("rope_type", scaling.get("type"))
            missing = [name for name in _REQUIRED.get(kind, ()) if name not in scaling] if isinstance(kind, str) else []
            if missing:
                yield Finding(f"{key} of type {kind!r} requires {', '.join(missing)}", at=config.at(key))
