from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, rule, stage_word


@rule(severity="warning", since="0.1")
def revision_of_another_stage(use: ModelUse) -> Iterator[Finding]:
    """The pinned revision is of another stage than the repository's name says.

    Some repositories keep the stages of training in branches. The name is what people read, the revision is what is loaded.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --revision pretrained
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --revision v1.1
    ```

    ## Fix

    Name the repository or the revision of the stage that is meant.
    """
    name, revision = stage_word(use.model.rpartition("/")[2]), stage_word(use.revision or "")
    kinds = {told.kind for told in (name, revision) if told}
    if kinds == {"base", "instruct"}:
        yield Finding(f"the name of {use.model} says {name.word!r}, its revision says {revision.word!r}", at=use.at)  # type: ignore[union-attr] # two kinds of two
