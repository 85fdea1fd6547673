from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Confidence, Finding, Verdict, rule

_CLEAR = 3.0


@rule(severity="warning", since="0.1")
def name_contradicts_evidence(name: CheckpointName, verdict: Verdict) -> Iterator[Finding]:
    """The checkpoint's name contradicts its files: one points to base, the other to instruct.

    People choose a checkpoint by its name, and base and instruct models serve different purposes. The usual causes are a fine-tune
    saved under the name of its base model, and files copied from another model of the family. A chat template alone does not
    contradict a base model's name: many publishers ship one tokenizer for a whole family.

    ## Bad

    ```json acme/Thing-7B-Base:config.json
    {"model_type": "llama"}
    ```

    ```json generation_config.json
    {"eos_token_id": 2}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|im_end|>", "added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ```json acme/Thing-7B-Base:config.json
    {"model_type": "llama"}
    ```

    ```json generation_config.json
    {"eos_token_id": 0}
    ```

    ```json tokenizer_config.json
    {"eos_token": "<|endoftext|>", "added_tokens_decoder": {"0": {"content": "<|endoftext|>"}, "2": {"content": "<|im_end|>"}}}
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Rename the checkpoint, or restore its own files. `modelcheck scan --why` shows the evidence for both, with file and line.
    """
    found = verdict.contradiction(("name",), clear=_CLEAR)
    if found:
        ours, other = found
        side, opposite = ("base", "instruct") if ours.weight < 0 else ("instruct", "base")
        message = f"{name.name}: {ours.because} (evidence for {side}), but {other.because} (evidence for {opposite})"
        yield Finding(message, at=other.at, confidence=Confidence.MEDIUM)
