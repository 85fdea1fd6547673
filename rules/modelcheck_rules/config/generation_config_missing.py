from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, Verdict, rule


@rule(severity="note", since="0.1")
def generation_config_missing(config: ModelConfig, listing: FileListing, verdict: Verdict) -> Iterator[Finding]:
    """An instruct model ships no generation config.

    Engines then take the stop tokens of `config.json` alone, which has one as a rule, and sampling defaults of their own.
    Tools that quantise or merge often drop the file.

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

    Copy `generation_config.json` of the model that it was made from.
    """
    writes = any(name.endswith(("ForCausalLM", "ForConditionalGeneration")) for name in config.architectures)
    weights = listing.safetensors or listing.pickles
    if verdict.label == "instruct" and writes and weights and listing.complete and "generation_config.json" not in listing:
        yield Finding("an instruct model without generation_config.json", at=config.at())
