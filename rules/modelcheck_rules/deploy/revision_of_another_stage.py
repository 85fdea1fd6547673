from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, rule, stage_word


@rule(severity="warning", since="0.1")
def revision_of_another_stage(use: ModelUse) -> Iterator[Finding]:
    """The pinned revision and the repository's name contain different training stages.

    Some repositories keep the stages of training in branches. People read the name, but the engine loads the revision.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --revision pretrained
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --revision v1.1
    ```

    ## Fix

    Use the repository or the revision of the stage that you want.
    """
    name, revision = stage_word(use.model.rpartition("/")[2]), stage_word(use.revision or "")
    kinds = {stage.kind for stage in (name, revision) if stage}
    if kinds == {"base", "instruct"}:
        message = f"the name of {use.model} contains {name.word!r}, but its revision contains {revision.word!r}"  # type: ignore[union-attr] # two kinds, so neither is None
        yield Finding(message, at=use.at)
