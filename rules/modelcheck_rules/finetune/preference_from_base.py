from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def preference_from_base(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """Preference tuning starts straight from a base model.

    DPO, KTO and their relatives push a model toward one of two answers that it could already give. A base model gives neither in
    the format of the data, so that the difference it learns is mostly one of format. The usual order is supervised tuning first.
    ORPO, which does both at once, and reinforcement learning with rewards that are checked are meant to start from base models.

    ## Bad

    ```yaml train.yaml
    base_model: acme/Thing-7B-Base
    rl: dpo
    datasets:
      - path: acme/pairs
    ```

    ## Good

    ```yaml train.yaml
    base_model: acme/Thing-7B-SFT
    rl: dpo
    datasets:
      - path: acme/pairs
    ```

    ## Fix

    Run supervised tuning first, or start from an instruct model; or use ORPO.
    """
    if use.purpose == "finetune" and use.method == "preference" and verdict.label == "base":
        yield Finding(
            f"{use.model} is a base model, and this run tunes its preferences without supervised tuning before", at=use.at
        )
