from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="note", since="0.1")
def widget_malformed(card: ModelCard) -> Iterator[Finding]:
    """An example of the widget has no input.

    Each example holds `text`, `messages`, `src` or what else its task takes. One without is shown as an empty field.

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

    Add the input, or take the example out.
    """
    widget = card.front_matter.get("widget") if card.front_matter else None
    for example in widget or ():
        if example.children is None:
            yield Finding("an example of the widget is no mapping with an input", at=example.span)
            return
        if not set(example.children) - {"example_title", "title", "output", "group"}:
            yield Finding("an example of the widget has no input", at=example.span)
            return
