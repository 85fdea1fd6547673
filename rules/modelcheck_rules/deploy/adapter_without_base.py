from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Confidence, FileListing, Finding, Lineage, ModelUse, Verdict, lazy, rule

_ADAPTER = lazy(r"(?i).*[-_.](q?lora|adapters?|peft)([-_.][vr]?\d[\d.]*b?)*", words=("lora", "adapter", "peft"))
_DELTA = lazy(r"(?i).*[-_.](delta|diff)([-_.]v?\d[\d.]*b?)*", words=("delta", "diff"))
_NEED_A_MODEL = ("vllm", "sglang", "lmdeploy", "tensorrt-llm", "dynamo", "llama.cpp")
"""Engines that do not load an adapter's base by themselves. text-generation-inference and transformers do."""


@rule(severity="warning", since="0.1")
def adapter_without_base(
    use: ModelUse, name: CheckpointName, verdict: Verdict, listing: FileListing | None, lineage: Lineage | None
) -> Iterator[Finding]:
    """An adapter or a delta is served as if it were a whole model.

    An adapter contains only changes to a base model, and so does a delta. vLLM, SGLang and others need the base model as the model
    and the adapter as an option; given the adapter alone, they fail to load it. If only the name is known, the rule goes by its
    last word, sizes and versions aside.

    ## Bad

    ```bash run.sh
    vllm serve acme/thing-7b-lora --port 8000
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B --enable-lora --lora-modules thing=acme/thing-7b-lora
    ```

    ## Fix

    Serve the base model with the adapter (`--lora-modules`, `--lora-paths`), or merge both and serve the result.
    """
    if use.engine not in _NEED_A_MODEL or use.purpose == "draft":
        return
    kind = "a delta" if _DELTA.fullmatch(name.name) else "an adapter"
    base = f" of {lineage.origins[0].name}" if lineage else ""
    if listing is not None:
        whole = "config.json" in listing and any("adapter" not in path for path in (*listing.safetensors, *listing.pickles))
        if "adapter_config.json" in listing and not whole and not listing.other_weights:
            yield Finding(f"{use.model} is an adapter{base}, but it is served as a whole model", at=use.at)
    elif "adapter" in verdict.sub_labels or _ADAPTER.fullmatch(name.name) or kind == "a delta":
        yield Finding(
            f"{use.model} is {kind} by its name, but it is served as a whole model without its base",
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
