from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_SUMMARY = lazy(r"(public )?(summary|documentation) (of|on) (the )?(training )?(content|data)|training[- ](content|data) summary")


@rule(severity="note", since="0.1", default=False)
def training_summary_missing(text: CardText) -> Iterator[Finding]:
    """The card does not link a public summary of the training content.

    Article 53(1)(d) of the EU AI Act requires it from providers of general-purpose models, in the AI Office's template,
    whatever the license. This is advice, not a legal assessment: whether the act applies depends on the training compute and on
    who places the model on the market.

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

    [Public summary of training content](https://acme.example/summary)
    ```

    ## Fix

    Publish the summary and link to it: "Public summary of training content".
    """
    if text.english and not _SUMMARY.search(text.whole):
        message = "the card does not link a public summary of the training content (EU AI Act, Article 53(1)(d))"
        yield Finding(message, at=text.at(1))
