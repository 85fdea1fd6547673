from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CheckpointName, Checkpoints, Confidence, Finding, Interface, ModelUse, lazy, rule

from modelcheck_rules.deploy._families import family

_NAME = lazy(r"(\./)?[\w-][\w.-]*(/[\w-][\w.-]*)*/?")  # a Hub id, or a folder of the tree
_DRAFTER = lazy(r"(?i)eagle|medusa|mtp|speculator|draft|hydra|lookahead|dflash|\.gguf$")
"""Heads and models that were made to draft for one model: they use its vocabulary, whatever they are called."""
_PADDING = 0.02
"""Models of one family may pad their vocabulary to different sizes, for example 151,936 and 152,064."""


@rule(severity="warning", since="0.1")
def draft_of_another_vocabulary(
    use: ModelUse, name: CheckpointName, interface: Interface | None, checkpoints: Checkpoints
) -> Iterator[Finding]:
    """The draft model's vocabulary differs from that of the model it drafts for.

    In speculative decoding the large model verifies the draft model's token ids. If the vocabularies differ, the same id means
    different text: the server rejects the pair, or it accepts almost no drafted token and runs slower than without a draft model. A
    base model may draft for an instruct model of its family, since both use the same tokens. If the files of one are unknown, the
    rule goes by the families that both names state.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-70B-Instruct --speculative-model acme/Other-1B
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/Thing-70B-Instruct"]
    label = "instruct"
    p-instruct = 0.99
    interface = { vocabulary = 128256, tokens = ["128000 <|begin_of_text|>"] }
    [checkpoint."acme/Other-1B"]
    label = "base"
    p-instruct = 0.01
    interface = { vocabulary = 32000, tokens = ["0 <unk>", "1 <s>"] }
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-70B-Instruct --speculative-model acme/Thing-1B
    ```

    ```toml modelcheck.lock
    version = 1
    [checkpoint."acme/Thing-70B-Instruct"]
    label = "instruct"
    p-instruct = 0.99
    interface = { vocabulary = 128256, tokens = ["128000 <|begin_of_text|>"] }
    [checkpoint."acme/Thing-1B"]
    label = "base"
    p-instruct = 0.01
    interface = { vocabulary = 128256, tokens = ["128000 <|begin_of_text|>"] }
    ```

    ## Fix

    Use a smaller model of the same family and generation as the draft model.
    """
    draft = use.draft or ""
    if not _NAME.fullmatch(draft):
        return
    theirs = checkpoints.fact(Interface, draft, None)
    if theirs is not None and theirs.drafts:
        return
    why = _difference(interface, theirs) if interface and theirs else None
    families = family(name.name), family(draft)
    known = interface and theirs and (interface.vocabulary or interface.tokens) and (theirs.vocabulary or theirs.tokens)
    if why is None and not known and not _DRAFTER.search(draft) and all(families) and families[0] != families[1]:
        yield Finding(
            f"the draft model {draft} is of the family {families[1]}, but {use.model} of {families[0]}: their vocabularies differ",
            at=use.at,
            confidence=Confidence.MEDIUM,
        )
    elif why is not None:
        yield Finding(f"the draft model {draft} has another vocabulary than {use.model}: {why}", at=use.at)


def _difference(ours: Interface, theirs: Interface) -> str | None:
    """Return how two vocabularies differ: a token of the same id, or their sizes."""
    own, others = (dict(token.partition(" ")[::2] for token in side.tokens) for side in (ours, theirs))
    id_ = next((id_ for id_ in own if id_ in others and own[id_] != others[id_]), None)
    if id_ is not None:
        return f"token {id_} is {others[id_]!r} in the draft model and {own[id_]!r} in the main model"
    sizes = sorted((ours.vocabulary or 0, theirs.vocabulary or 0))
    if sizes[0] and sizes[1] - sizes[0] > sizes[1] * _PADDING:
        return f"{theirs.vocabulary:,} tokens in the draft model and {ours.vocabulary:,} in the main model"
    return None
