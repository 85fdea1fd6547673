from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Confidence, Finding, ModelUse, Verdict, lazy, rule

from modelcheck_rules.deploy._families import family

_WRITTEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("<|start_header_id|>", ("Llama 3",)),
    ("<start_of_turn>", ("Gemma",)),
    ("<|im_start|>", ("Qwen", "Phi", "SmolLM", "InternLM")),
    ("<|header_start|>", ("Llama 4",)),
)
"""A token of a chat format → the families that were trained in it."""
_SAME_FORMAT = ("Llama 2", "Mistral")  # [INST] … [/INST]
# Names that publishers give their own instruct models: those of others may have been trained in any format.
_PUBLISHED = lazy(
    r"(?i)((meta-)?llama-?3(\.\d)?-\d+b-instruct|gemma-\d(\.\d)?-\d+b-it|(mistral|mixtral)-[\dx]+b-instruct(-v[\d.]+)?|"
    r"qwen-?\d(\.\d)?-\d+b-instruct|glm-4-9b-chat|phi-[34][\w.-]*-instruct|granite-[\w.]+-\d+b-instruct)(?![a-z])[\w.-]*"
)


@rule(severity="warning", since="0.1")
def template_of_another_family(use: ModelUse, name: CheckpointName, verdict: Verdict) -> Iterator[Finding]:
    """The deployment sets a chat template of another model family.

    A model knows the control tokens of the format that it was trained in. Another family's tokens are plain text to it: it answers
    worse and does not end its answer. The rule goes by the name of the template, or by the tokens that an Ollama template writes,
    and by the model's name.

    ## Bad

    ```bash run.sh
    vllm serve Qwen/Qwen2.5-7B-Instruct --chat-template examples/tool_chat_template_llama3.1_json.jinja
    ```

    ## Good

    ```bash run.sh
    vllm serve meta-llama/Llama-3.1-8B-Instruct --chat-template examples/tool_chat_template_llama3.1_json.jinja
    ```

    ## Fix

    Remove the template, so that the checkpoint's own is used, or set the one of the model's family.
    """
    template, states = use.template or "", family(name.name)
    if use.purpose != "chat" or verdict.label == "base" or states is None:
        return
    if "\n" in template or "{{" in template:
        fits: tuple[str, ...]
        token, fits = next(((token, fits) for token, fits in _WRITTEN if token in template), ("", (states,)))
        told = f"the chat template writes {token!r}, a token of {' and '.join(fits)}"
    else:
        of_template = family(template)
        fits = _SAME_FORMAT if of_template in _SAME_FORMAT else (of_template or states,)
        told = f"the chat template {template} is of the family {of_template}"
    if states not in fits and _PUBLISHED.fullmatch(name.name):
        yield Finding(f"{told}, but {use.model} is of {states}", at=use.at, confidence=Confidence.MEDIUM)
