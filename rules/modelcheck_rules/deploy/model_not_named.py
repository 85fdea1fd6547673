from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, rule


@rule(severity="warning", since="0.1")
def model_not_named(use: ModelUse) -> Iterator[Finding]:
    """A server is started without a model and serves its default.

    Text Generation Inference serves `bigscience/bloom-560m`, a small base model, if no model is set. A misspelt environment
    variable is enough to cause this. The server reports healthy and answers requests.

    ## Bad

    ```yaml compose.yaml
    services:
      llm:
        image: ghcr.io/huggingface/text-generation-inference:3.3
        environment:
          MODEL: acme/Thing-7B-Instruct
    ```

    ## Good

    ```yaml compose.yaml
    services:
      llm:
        image: ghcr.io/huggingface/text-generation-inference:3.3
        environment:
          MODEL_ID: acme/Thing-7B-Instruct
    ```

    ## Fix

    Set the model with `--model-id` or the environment variable `MODEL_ID`.
    """
    if use.implied:
        yield Finding(f"no model is set, so {use.engine} serves its default, {use.model}", at=use.at)
