from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelConfig, rule

from modelcheck_rules.config._architectures import architectures


@rule(severity="warning", since="0.1")
def processor_missing(config: ModelConfig, listing: FileListing) -> Iterator[Finding]:
    """A model that reads images contains no processor config.

    transformers, vLLM and SGLang read the size and the normalization of images from `preprocessor_config.json` or
    `processor_config.json`. Without either, transformers cannot load the processor, and engines do not start. Tools that quantize,
    merge or fine-tune often save the weights and the tokenizer only. The rule checks only architectures that transformers
    implements.

    ## Bad

    ```json config.json
    {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"], "vision_config": {"image_size": 336}}
    ```

    ```text model.safetensors
    ```

    ## Good

    ```json config.json
    {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"], "vision_config": {"image_size": 336}}
    ```

    ```text model.safetensors
    ```

    ```json preprocessor_config.json
    {"image_processor_type": "CLIPImageProcessor"}
    ```

    ## Fix

    Copy `preprocessor_config.json` or `processor_config.json` from the original model.
    """
    sees = isinstance(config.data.get("vision_config"), dict) and any(
        name.endswith("ForConditionalGeneration") and name in architectures().get(config.model_type or "", ())
        for name in config.architectures
    )
    weights = listing.safetensors or listing.pickles
    if not sees or config.data.get("auto_map") or not weights or not listing.complete:
        return
    if not any("processor" in path or path.endswith((".gguf", ".onnx", "params.json")) for path in listing.sizes):
        message = "this model reads images, but there is no preprocessor_config.json and no processor_config.json"
        yield Finding(message, at=config.at("vision_config"))
