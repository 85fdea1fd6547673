from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, Verdict, rule


@rule(severity="note", since="0.1")
def generation_config_missing(config: ModelConfig, listing: FileListing, verdict: Verdict) -> Iterator[Finding]:
    """An instruct model ships no generation config.

    Engines then miss stop tokens that only this file lists, since `config.json` usually has just one, and use their own sampling
    defaults. Tools that quantize or merge models often drop the file.

    ## Bad

    ```json acme/Thing-7B-Instruct:config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```text model.safetensors
    ```

    ## Good

    ```json acme/Thing-7B-Instruct:config.json
    {"model_type": "llama", "architectures": ["LlamaForCausalLM"]}
    ```

    ```text model.safetensors
    ```

    ```json generation_config.json
    {"eos_token_id": 2}
    ```

    ## Fix

    Copy `generation_config.json` from the model that this one was derived from.
    """
    generates = any(name.endswith(("ForCausalLM", "ForConditionalGeneration")) for name in config.architectures)
    weights = listing.safetensors or listing.pickles
    if verdict.label == "instruct" and generates and weights and listing.complete and "generation_config.json" not in listing:
        yield Finding("this instruct model has no generation_config.json", at=config.at())
