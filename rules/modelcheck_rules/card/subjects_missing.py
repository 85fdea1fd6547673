from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import CardText, Finding, rule

_SHORTEST = 80
"""Characters. Shorter cards are covered by card/license-missing and other rules."""
_SUBJECTS = {
    "uses": (
        "use",
        "usage",
        "using",
        "intended",
        "meant for",
        "how to",
        "designed for",
        "quickstart",
        "get started",
        "getting started",
    ),
    "limitations": ("limit", "bias", "risk", "safety", "harm", "responsib", "caution", "disclaim", "not suitable", "hallucinat"),
    "training": ("train", "tuned", "tuning", "distill", "dataset", "merge", "quantiz", "quantis", "convert"),
    "evaluation": ("evaluat", "benchmark", "performance", "accuracy", "score", "metric", "perplexity", "results"),
}


@rule(severity="note", since="0.1")
def subjects_missing(text: CardText) -> Iterator[Finding]:
    """The card does not describe uses, limitations, training or evaluation.

    The Hub's release checklist asks for these four subjects. Studies of model cards find that limitations and evaluation are
    missing most often. The rule looks for them in the whole text, not only in headings, and checks only cards in English.

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

    Add a sentence about each subject named in the finding.
    """
    whole = text.whole
    missing = [
        subject for subject, words in _SUBJECTS.items() if not re.search(rf"\b(pre|re|un|fine|post)?-?({'|'.join(words)})", whole)
    ]
    if missing and len(whole) >= _SHORTEST and text.english:
        yield Finding(f"the card says nothing about {', '.join(missing)}", at=text.at(1))
