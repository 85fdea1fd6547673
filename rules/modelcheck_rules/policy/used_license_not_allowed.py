from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import FileListing, Finding, ModelCard, ModelUse, rule

from modelcheck_rules.policy._licenses import has_no_card, problem


@rule(severity="error", since="0.1")
def used_license_not_allowed(
    use: ModelUse, listing: FileListing, card: ModelCard | None, *, allowed: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """A file uses a model whose license is not on the list of allowed licenses, or which states none.

    `allowed` is that of [policy/license-not-allowed](license-not-allowed.md), set for this rule. The license is that of the model's
    card on the Hub, in its cache or in the folder; a model whose card cannot be read is not reported. While the list is empty, the
    rule reports nothing.

    ## Bad

    ```toml modelcheck.toml
    [rules."policy/used-license-not-allowed"]
    allowed = ["apache-2.0", "mit"]
    ```

    ```bash run.sh
    vllm serve ./thing
    ```

    ```json thing/config.json
    {"model_type": "llama"}
    ```

    ```markdown thing/README.md
    ---
    license: cc-by-nc-4.0
    ---
    ```

    ## Good

    ```toml modelcheck.toml
    [rules."policy/used-license-not-allowed"]
    allowed = ["apache-2.0", "mit"]
    ```

    ```bash run.sh
    vllm serve ./thing
    ```

    ```json thing/config.json
    {"model_type": "llama"}
    ```

    ```markdown thing/README.md
    ---
    license: mit
    ---
    ```

    ## Fix

    Use a model under an allowed license, or have this license allowed and add it to the list.
    """
    if not allowed or use.purpose == "output":
        return
    none = "has no model card, so it states no license" if has_no_card(listing) else None
    wrong = problem(card, allowed) if card else none
    if wrong:
        yield Finding(f"{use.model} {wrong}", at=use.at)
