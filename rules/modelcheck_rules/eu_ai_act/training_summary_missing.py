from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, lazy, rule

_SUMMARY = lazy(r"(public )?(summary|documentation) (of|on) (the )?(training )?(content|data)|training[- ](content|data) summary")


@rule(severity="note", since="0.1", default=False)
def training_summary_missing(text: CardText) -> Iterator[Finding]:
    """The card links no public summary of the content that the model was trained on.

    Article 53(1)(d) of the EU AI Act asks it of providers of general-purpose models, on the template of the AI Office,
    whatever the licence. Advice, not legal judgement: whether the model falls under it depends on its training compute and on
    who places it on the market.

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

    Publish the summary and link it: "Public summary of training content".
    """
    if text.english and not _SUMMARY.search(text.whole):
        yield Finding("no link to a public summary of the training content (EU AI Act, Article 53(1)(d))", at=text.at(1))
