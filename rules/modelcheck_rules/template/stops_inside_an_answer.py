from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Finding, GenerationConfig, Rendering, rule


@rule(severity="warning", since="0.1")
def stops_inside_an_answer(template: ChatTemplate, rendering: Rendering, generation: GenerationConfig) -> Iterator[Finding]:
    """An EOS token occurs inside every answer.

    Between the generation prompt and the end of the turn, the format has control tokens, for example for a channel, a message or
    reasoning. If one of them is an EOS token, every answer is cut off after a few tokens.

    ## Bad

    ```jinja chat_template.jinja
    {% for m in messages %}<|start|>{{ m.role }}{% if m.role == 'assistant' %}<|channel|>{% endif %}<|message|>
    {{- m.content }}<|end|>
    {%- endfor %}
    {%- if add_generation_prompt %}<|start|>assistant{% endif %}
    ```

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|start|>"}, "2": {"content": "<|end|>"}, "3": {"content": "<|message|>"}}}
    ```

    ```json generation_config.json
    {"eos_token_id": [2, 3]}
    ```

    ## Good

    ```jinja chat_template.jinja
    {% for m in messages %}<|start|>{{ m.role }}{% if m.role == 'assistant' %}<|channel|>{% endif %}<|message|>
    {{- m.content }}<|end|>
    {%- endfor %}
    {%- if add_generation_prompt %}<|start|>assistant{% endif %}
    ```

    ```json tokenizer_config.json
    {"added_tokens_decoder": {"1": {"content": "<|start|>"}, "2": {"content": "<|end|>"}, "3": {"content": "<|message|>"}}}
    ```

    ```json generation_config.json
    {"eos_token_id": 2}
    ```

    ## Fix

    Remove the token from `eos_token_id`: only tokens that end a turn or a text belong there.
    """
    prompted, answered = rendering.text("prompted"), rendering.text("answered")
    if prompted is None or answered is None or Rendering.ANSWER not in answered:
        return
    before = answered[: answered.index(Rendering.ANSWER)]
    inside = before.removeprefix(prompted) if before.startswith(prompted) else ""
    found = next((stop for stop in sorted(generation.stops) if stop in inside and stop not in template.turn_ends), None)
    if found:
        message = f"generation stops on {found!r}, which the format writes before the text of every answer"
        yield Finding(message, at=generation.at("eos_token_id"))
