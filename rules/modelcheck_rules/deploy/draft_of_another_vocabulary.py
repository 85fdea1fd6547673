from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Checkpoints, Finding, Interface, ModelUse, rule

_PADDING = 0.02
"""Models of one family may pad their vocabulary to different sizes, for example 151,936 and 152,064."""


@rule(severity="warning", since="0.1")
def draft_of_another_vocabulary(use: ModelUse, interface: Interface, checkpoints: Checkpoints) -> Iterator[Finding]:
    """The draft model's vocabulary differs from that of the model it drafts for.

    In speculative decoding the large model verifies the draft model's token ids. If the vocabularies differ, the same id means
    different text: the server rejects the pair, or it accepts almost no drafted token and runs slower than without a draft model. A
    base model may draft for an instruct model of its family, since both use the same tokens.

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
    if draft.count("/") != 1 or draft.startswith((".", "/", "$")):
        return
    theirs = checkpoints.fact(Interface, draft, None)
    if theirs is None or theirs.drafts:
        return
    ours, others = (dict(token.split(" ", 1) for token in side.tokens) for side in (interface, theirs))
    other_text = next((id_ for id_ in ours if id_ in others and ours[id_] != others[id_]), None)
    sizes = sorted((interface.vocabulary or 0, theirs.vocabulary or 0))
    if other_text is not None:
        why = f"token {other_text} is {others[other_text]!r} in the draft model and {ours[other_text]!r} in the main model"
    elif sizes[0] and sizes[1] - sizes[0] > sizes[1] * _PADDING:
        why = f"{theirs.vocabulary:,} tokens in the draft model and {interface.vocabulary:,} in the main model"
    else:
        return
    yield Finding(f"the draft model {draft} has another vocabulary than {use.model}: {why}", at=use.at)
