from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, Interface, ModelUse, lazy, rule

# The token that an Ollama template writes after the answer.
_AFTER_ANSWER = lazy(r"\{\{-?\s*\.Response\s*-?\}\}\s*(?P<end><\|[^|<>\s]+\|>|<[\w/]+>|\[/?\w+\])", words=(".response",))


@rule(severity="warning", since="0.1")
def turn_end_not_among_stops(use: ModelUse, interface: Interface | None) -> Iterator[Finding]:
    """The stop tokens do not include the token that ends a turn.

    Stops listed in a Modelfile replace those that came with the model. If the token that the template writes after an answer is
    missing from them, the model ends its turn and then continues with the user's.

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

    Add the token to the list of stops.
    """
    end = _AFTER_ANSWER.search(use.template or "")
    if use.stops is None or end is None or end["end"] in use.stops:
        return
    if interface is None or interface.eos != end["end"]:
        stops = ", ".join(map(repr, use.stops))
        yield Finding(f"the template ends an answer with {end['end']!r}, but the only stops are {stops}", at=use.at)
