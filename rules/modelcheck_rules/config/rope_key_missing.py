from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelConfig, rule

_NEEDED = {
    "linear": ("factor",),
    "dynamic": ("factor",),
    "yarn": ("factor",),
    "longrope": ("short_factor", "long_factor"),
    "llama3": ("factor", "low_freq_factor", "high_freq_factor"),
}
"""transformers 5.23, ``modeling_rope_utils.py``; what it fills in by itself is left out."""


@rule(severity="error", since="0.1")
def rope_key_missing(config: ModelConfig) -> Iterator[Finding]:
    """The RoPE scaling lacks a number that its type needs.

    transformers stops with a KeyError when the config is loaded; engines with readers of their own fail likewise.

    ## Bad

    ```json config.json
    {"model_type": "llama", "rope_scaling": {"rope_type": "linear"}}
    ```

    ## Good

    ```json config.json
    {"model_type": "llama", "rope_scaling": {"rope_type": "linear", "factor": 2.0}}
    ```

    ## Fix

    Add what the finding names, from the config of the model that it was made from.
    """
    if config.data.get("auto_map"):
        return  # its own code may read other names
    for key in ("rope_scaling", "rope_parameters"):
        value = config.value(key)
        nested = [one for one in value.values() if isinstance(one, dict)] if isinstance(value, dict) else []
        for scaling in nested or ([value] if isinstance(value, dict) else []):
            kind = scaling.get("rope_type", scaling.get("type"))
            missing = [name for name in _NEEDED.get(kind, ()) if name not in scaling] if isinstance(kind, str) else []
            if missing:
                yield Finding(f"{key} of the type {kind!r} lacks {', '.join(missing)}", at=config.at(key))
