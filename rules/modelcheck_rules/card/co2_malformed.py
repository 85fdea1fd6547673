from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="note", since="0.1")
def co2_malformed(card: ModelCard) -> Iterator[Finding]:
    """The emissions are not given in a way that the Hub shows.

    `co2_eq_emissions` is a number of grams, or a mapping with `emissions` and where the figure comes from.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    co2_eq_emissions:
      emissions: 12 kg
      source: guess
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    co2_eq_emissions:
      emissions: 12000
      source: CodeCarbon
    ---
    # Thing
    ```

    ## Fix

    Write the grams as a number.
    """
    value = card.data.get("co2_eq_emissions")
    grams = value.get("emissions") if isinstance(value, dict) else value
    if value is not None and (not isinstance(grams, int | float) or isinstance(grams, bool)):
        yield Finding(f"the emissions are {grams!r} where a number of grams is expected", at=card.at("co2_eq_emissions"))
