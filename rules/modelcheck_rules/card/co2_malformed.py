from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule


@rule(severity="note", since="0.1")
def co2_malformed(card: ModelCard) -> Iterator[Finding]:
    """The CO2 emissions are not a number of grams.

    The Hub shows `co2_eq_emissions` only if it is a number of grams, or a mapping with `emissions` and its source.

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

    Write the emissions as a number, in grams.
    """
    value = card.data.get("co2_eq_emissions")
    grams = value.get("emissions") if isinstance(value, dict) else value
    if value is not None and (not isinstance(grams, int | float) or isinstance(grams, bool)):
        yield Finding(f"co2_eq_emissions is {grams!r}, expected a number of grams", at=card.at("co2_eq_emissions"))
