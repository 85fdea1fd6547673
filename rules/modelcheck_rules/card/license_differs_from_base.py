from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Checkpoints, Confidence, Finding, Lineage, ModelCard, lazy, rule

_LLAMA = lazy(r"(?i)(?:meta-|\b)llama-?(2|3|3\.1|3\.2|3\.3|4)(?=-\d+b|-scout|-maverick)")
_PERMISSIVE = (
    "apache-2.0",
    "mit",
    "bsd",
    "bsd-2-clause",
    "bsd-3-clause",
    "isc",
    "unlicense",
    "cc0-1.0",
    "wtfpl",
    "zlib",
    "postgresql",
)


def _may_restrict(theirs: str, own: str) -> bool:
    """Return whether the base model's license is permissive and the derived model's license is not, which is allowed."""
    return theirs in _PERMISSIVE and own not in _PERMISSIVE


@rule(severity="warning", since="0.1")
def license_differs_from_base(card: ModelCard, lineage: Lineage, checkpoints: Checkpoints) -> Iterator[Finding]:
    """The card states another license than the base model's card.

    A fine-tune, an adapter or a converted copy stays under the terms of its base model. Tools that fill in a default license
    are the usual cause. The rule reads the base model's card. If the card cannot be loaded, it checks only families whose
    license follows from the model's name (Llama).

    ## Bad

    ```markdown someone/Thing-7B-sft:README.md
    ---
    license: apache-2.0
    base_model: acme/Thing-7B
    ---
    # Thing
    ```

    ```markdown acme/Thing-7B:README.md
    ---
    license: cc-by-nc-4.0
    ---
    # Thing
    ```

    ## Good

    ```markdown someone/Thing-7B-sft:README.md
    ---
    license: cc-by-nc-4.0
    base_model: acme/Thing-7B
    ---
    # Thing
    ```

    ```markdown acme/Thing-7B:README.md
    ---
    license: cc-by-nc-4.0
    ---
    # Thing
    ```

    ## Fix

    Use the base model's license, or `license: other` with the terms of both.
    """
    own = card.texts("license")
    if len(own) != 1 or own[0] in ("other", "unknown"):
        return
    for origin in lineage.origins[:3]:
        base = checkpoints.fact(ModelCard, origin.id, origin.revision) if origin.id else None
        theirs = base.texts("license") if base else ()
        family = _LLAMA.search(origin.name)
        if not theirs and family and not origin.name.lower().endswith("-hf-converter"):
            theirs = (f"llama{family[1].removesuffix('.0')}",)
        if len(theirs) == 1 and theirs[0] not in (*own, "other", "unknown") and not _may_restrict(theirs[0], own[0]):
            message = f"the license is {own[0]}, but the base model {origin.name} is licensed under {theirs[0]}"
            yield Finding(message, at=card.at("license"), confidence=Confidence.MEDIUM)
            return
