from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, rule

_A_CARD = 80
"""Characters. Less than that is no card yet, which license-missing and others speak of."""
_SUBJECTS = {
    "uses": ("use", "usage", "intended", "meant for", "how to", "designed for", "quickstart", "get started", "getting started"),
    "limitations": ("limit", "bias", "risk", "safety", "harm", "responsib", "caution", "disclaim", "not suitable", "hallucinat"),
    "training": ("train", "tuned", "tuning", "distill", "dataset", "merge", "quantiz", "quantis", "convert"),
    "evaluation": ("evaluat", "benchmark", "performance", "accuracy", "score", "metric", "perplexity", "results"),
}


@rule(severity="note", since="0.1")
def subjects_missing(text: CardText) -> Iterator[Finding]:
    """The card is silent about what people choose a model by.

    Uses, limitations, training and evaluation: what the Hub's own checklist asks of a release. Studies of cards find
    limitations and evaluation missing most often. Every word of the text is looked at, not the headings only; cards in
    English are judged.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing

    Thing is a model of 7 billion parameters that writes text in the style of sea shanties and weather reports, made by Acme.
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    ---
    # Thing

    Thing is a model of 7 billion parameters that writes text in the style of sea shanties and weather reports, made by Acme.

    It is meant for drafts, and is limited to English. It was trained on logbooks and evaluated on 100 of them.
    ```

    ## Fix

    Add a sentence on each that the finding names.
    """
    whole = text.whole
    missing = [subject for subject, words in _SUBJECTS.items() if not any(word in whole for word in words)]
    if missing and len(whole) >= _A_CARD and text.english:
        yield Finding(f"the card says nothing of {', '.join(missing)}", at=text.at(1))
