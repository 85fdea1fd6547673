from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelCard, ModelConfig, rule

from modelcheck_rules.policy._licenses import has_no_card, problem


@rule(severity="error", since="0.1")
def license_not_allowed(
    listing: FileListing, config: ModelConfig, card: ModelCard | None, *, allowed: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """The checkpoint's license is not on the list of allowed licenses, or none is stated.

    `allowed` holds licenses as model cards name them; `*` stands for any characters (`llama3*`). Where the license is `other`, its
    `license_name` counts. Of several licenses all have to be allowed. While the list is empty, the rule reports nothing. What
    deployment files use is checked by [policy/used-license-not-allowed](used-license-not-allowed.md).

    ## Bad

    ```toml modelcheck.toml
    [rules."policy/license-not-allowed"]
    allowed = ["apache-2.0", "mit"]
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ```markdown README.md
    ---
    license: cc-by-nc-4.0
    ---
    ```

    ## Good

    ```toml modelcheck.toml
    [rules."policy/license-not-allowed"]
    allowed = ["apache-2.0", "mit"]
    ```

    ```json config.json
    {"model_type": "llama"}
    ```

    ```markdown README.md
    ---
    license: apache-2.0
    ---
    ```

    ## Fix

    Choose a checkpoint under an allowed license, or have this license allowed and add it to the list.
    """
    if not allowed:
        return
    if card is not None:
        wrong = problem(card, allowed)
        if wrong:
            yield Finding(f"the checkpoint {wrong}", at=card.at("license"))
    elif has_no_card(listing):
        yield Finding(f"the checkpoint has no model card, so it states no license (allowed: {', '.join(allowed)})", at=config.at())
