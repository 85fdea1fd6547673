from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Checkpoints, Confidence, Finding, Interface, ModelUse, lazy, rule

# Words that mark another copy of the same weights: quantised, converted or republished. The adapter fits these too.
_COPY = lazy(
    r"(?i)[-_.](bnb|[48]bit|int[48]|w[48]a\d+|awq|gptq|fp8|fp4|nvfp4|mxfp4|dynamic|gguf|exl[23]|mlx|hf|unsloth|quantized)(?=[-_.]|$)"
)


@rule(severity="warning", since="0.1")
def adapter_of_another_base(
    use: ModelUse, name: CheckpointName, interface: Interface | None, checkpoints: Checkpoints
) -> Iterator[Finding]:
    """A LoRA adapter is served on a model that it was not trained on.

    An adapter holds changes to specific weights. If the served model has the same shape but is of another stage, the adapter loads
    without an error and changes the model in untested ways. If the shape differs, the adapter does not load.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --enable-lora --lora-modules sql=acme/sql-lora
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/sql-lora"]
    label = "not-applicable"
    interface = { parent = "acme/Thing-7B" }
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B --enable-lora --lora-modules sql=acme/sql-lora
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/sql-lora"]
    label = "not-applicable"
    interface = { parent = "acme/Thing-7B" }
    ```

    ## Fix

    Serve the adapter on the checkpoint named in its `adapter_config.json`.
    """
    for adapter in use.adapters:
        theirs = checkpoints.fact(Interface, adapter, None)
        parent = theirs.parent if theirs else None
        if parent and _plain(parent) != _plain(name.whole):
            other = checkpoints.fact(Interface, parent, None)
            shapes = interface.shape if interface else (), other.shape if other else ()
            sure = all(shapes) and shapes[0] != shapes[1]
            yield Finding(
                f"the adapter {adapter} was trained on {parent}, but it is served on {use.model}"
                + (", whose weights have another shape" if sure else ""),
                at=use.at,
                confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
            )


def _plain(id_: str) -> str:
    """Return a model's name without its owner and without words that only describe how its weights are stored."""
    return _COPY.sub("", id_.rpartition("/")[2]).lower()
