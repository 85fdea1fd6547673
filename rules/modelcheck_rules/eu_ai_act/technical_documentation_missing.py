from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, ModelCard, lazy, rule

_FREE = frozenset(
    ("apache-2.0", "mit", "bsd-3-clause", "bsd-2-clause", "gpl-3.0", "agpl-3.0", "lgpl-3.0", "mpl-2.0", "isc", "unlicense")
)
_DOCUMENTED = lazy(r"technical (report|documentation)|arxiv|paper|white ?paper")


@rule(severity="note", since="0.1", default=False)
def technical_documentation_missing(text: CardText, card: ModelCard) -> Iterator[Finding]:
    """The card of a model without a free license does not link technical documentation.

    Article 53(1)(a) and (b) of the EU AI Act require it from providers of general-purpose models, for those who build on the model.
    Models under a free and open license are exempt unless they pose a systemic risk. This is advice, not a legal assessment.

    ## Bad

    ```markdown README.md
    ---
    license: other
    license_name: acme
    license_link: LICENSE
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
    ```

    ## Fix

    Link to the documentation: a technical report, intended tasks, architecture, modalities.
    """
    free = set(card.texts("license")) & _FREE
    if not free and text.english and not _DOCUMENTED.search(text.whole):
        yield Finding("the card does not link technical documentation (EU AI Act, Article 53(1)(a) and (b))", at=text.at(1))
