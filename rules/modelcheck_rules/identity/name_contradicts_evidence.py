from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Confidence, Finding, Verdict, rule

_CLEAR = 3.0


@rule(severity="warning", since="0.1")
def name_contradicts_evidence(name: CheckpointName, verdict: Verdict) -> Iterator[Finding]:
    """The name says one stage of training, the files say the other.

    People choose a checkpoint by its name. Base and instruct models are for different work, so a name that promises the other one
    sends them wrong: a fine-tune saved under the name of its base model, or files of a sibling copied into the folder. A chat
    template alone is no contradiction to a base model's name: many publishers ship one tokenizer for a whole family.

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

    Rename the checkpoint, or put its own files in place. `modelcheck scan --why` shows both sides with file and line.
    """
    found = verdict.contradiction(("name",), clear=_CLEAR)
    if found:
        said, other = found
        side, opposite = ("base", "instruct") if said.weight < 0 else ("instruct", "base")
        message = f"{name.name}: {said.because}, which tells {side}, but {other.because}, which tells {opposite}"
        yield Finding(message, at=other.at, confidence=Confidence.MEDIUM)
