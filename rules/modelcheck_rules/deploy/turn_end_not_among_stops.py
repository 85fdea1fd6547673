from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Interface, ModelUse, lazy, rule

# What a template of Ollama's writes behind the answer.
_BEHIND_ANSWER = lazy(r"\{\{-?\s*\.Response\s*-?\}\}\s*(?P<end><\|[^|<>\s]+\|>|<[\w/]+>|\[/?\w+\])")


@rule(severity="warning", since="0.1")
def turn_end_not_among_stops(use: ModelUse, interface: Interface | None) -> Iterator[Finding]:
    """The stop tokens are set anew, and the one that ends a turn is not among them.

    A file that lists its own stops replaces those that came with the model. Where the token that its template writes behind an
    answer is missing, the model ends its turn and goes on with the user's.

    ## Bad

    ```text Modelfile
    FROM ./thing-7b-instruct.gguf
    TEMPLATE "<|im_start|>user {{ .Prompt }}<|im_end|><|im_start|>assistant {{ .Response }}<|im_end|>"
    PARAMETER stop "</s>"
    ```

    ## Good

    ```text Modelfile
    FROM ./thing-7b-instruct.gguf
    TEMPLATE "<|im_start|>user {{ .Prompt }}<|im_end|><|im_start|>assistant {{ .Response }}<|im_end|>"
    PARAMETER stop "<|im_end|>"
    ```

    ## Fix

    Add the token to the stops.
    """
    end = _BEHIND_ANSWER.search(use.template or "")
    if use.stops is None or end is None or end["end"] in use.stops:
        return
    if interface is None or interface.eos != end["end"]:
        stops = ", ".join(map(repr, use.stops))
        yield Finding(f"the template ends an answer with {end['end']!r}, and the stops are only {stops}", at=use.at)
