from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_COPYRIGHT = lazy(r"copyright|opt-?out|robots\.txt|rights? reserv|text and data mining")


@rule(severity="note", since="0.1", default=False)
def copyright_policy_missing(text: CardText) -> Iterator[Finding]:
    """The card does not mention a copyright policy.

    Article 53(1)(c) of the EU AI Act requires one from providers of general-purpose models, whatever the license. This is
    advice, not a legal assessment.

    ## Bad

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing

    Thing is a model of 7 billion parameters that writes text in the style of sea shanties and weather reports, made by Acme.
    ```

    ## Good

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    # Thing

    Thing is a model of 7 billion parameters that writes text in the style of sea shanties and weather reports, made by Acme.

    Our copyright policy: reservations of rights in robots.txt were respected.
    ```

    ## Fix

    Describe the policy, or link to it.
    """
    if text.english and not _COPYRIGHT.search(text.whole):
        yield Finding("the card does not mention a copyright policy (EU AI Act, Article 53(1)(c))", at=text.at(1))
