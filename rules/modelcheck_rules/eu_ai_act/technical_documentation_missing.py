from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, ModelCard, lazy, rule

_FREE = frozenset(
    ("apache-2.0", "mit", "bsd-3-clause", "bsd-2-clause", "gpl-3.0", "agpl-3.0", "lgpl-3.0", "mpl-2.0", "isc", "unlicense")
)
_DOCUMENTED = lazy(r"technical (report|documentation)|arxiv|paper|white ?paper")


@rule(severity="note", since="0.1", default=False)
def technical_documentation_missing(text: CardText, card: ModelCard) -> Iterator[Finding]:
    """A model that is not under a free licence has no technical documentation for those who build on it.

    Article 53(1)(a) and (b) of the EU AI Act ask it of providers of general-purpose models; free and open licences are exempt
    unless the risk is systemic. Advice, not legal judgement.

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

    Link the documentation: a technical report, intended tasks, architecture, modalities.
    """
    free = set(card.texts("license")) & _FREE
    if not free and text.english and not _DOCUMENTED.search(text.whole):
        yield Finding("no technical documentation is named (EU AI Act, Article 53(1)(a) and (b))", at=text.at(1))
