from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, Verdict, rule


@rule(severity="warning", since="0.1")
def preference_from_base(use: ModelUse, verdict: Verdict) -> Iterator[Finding]:
    """Preference tuning starts from a base model without supervised fine-tuning first.

    DPO, KTO and similar methods push a model toward one of two answers that it could already write. A base model writes neither
    in the format of the data, so it mostly learns the format. The usual order is supervised fine-tuning first. ORPO, which does
    both at once, and reinforcement learning with verifiable rewards are meant to start from base models and are not reported.

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

    Run supervised fine-tuning first, start from an instruct model, or use ORPO.
    """
    if use.purpose == "finetune" and use.method == "preference" and verdict.label == "base":
        yield Finding(
            f"{use.model} is a base model, but this run applies preference tuning without supervised fine-tuning first", at=use.at
        )
