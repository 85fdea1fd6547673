from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="note", since="0.1")
def widget_malformed(card: ModelCard) -> Iterator[Finding]:
    """A widget example has no input.

    Each example needs `text`, `messages`, `src` or another input of its task. The Hub shows an example without one as an empty
    field.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    widget:
    - example_title: Hello
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    widget:
    - example_title: Hello
      text: Hello, I am
    ---
    # Thing
    ```

    ## Fix

    Add the input, or remove the example.
    """
    widget = card.front_matter.get("widget") if card.front_matter else None
    for example in widget or ():
        if example.children is None:
            yield Finding("the widget example is not a mapping with an input", at=example.span)
            return
        if not set(example.children) - {"example_title", "title", "output", "group"}:
            yield Finding("the widget example has no input", at=example.span)
            return
