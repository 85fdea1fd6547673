from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Checkpoints, Finding, Interface, ModelUse, rule

_PADDING = 0.02
"""Models of one family round their vocabulary up to different sizes: 151,936 and 152,064, say."""


@rule(severity="warning", since="0.1")
def draft_of_another_vocabulary(use: ModelUse, interface: Interface, checkpoints: Checkpoints) -> Iterator[Finding]:
    """The draft model's tokens are not those of the model that it drafts for.

    In speculative decoding the large model checks the small one's tokens by their ids. With another vocabulary the ids mean other
    texts: the server refuses the pair, or accepts next to no draft and is slower than without one. A base model as the draft of an
    instruct model is fine, since they share their tokens.

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

    Draft with a smaller model of the same family and generation.
    """
    draft = use.draft or ""
    if draft.count("/") != 1 or draft.startswith((".", "/", "$")):
        return
    theirs = checkpoints.fact(Interface, draft, None)
    if theirs is None or theirs.drafts:
        return
    ours, others = (dict(one.split(" ", 1) for one in side.tokens) for side in (interface, theirs))
    other_text = next((id_ for id_ in ours if id_ in others and ours[id_] != others[id_]), None)
    sizes = sorted((interface.vocabulary or 0, theirs.vocabulary or 0))
    if other_text is not None:
        why = f"token {other_text} is {ours[other_text]!r} here and {others[other_text]!r} there"
    elif sizes[0] and sizes[1] - sizes[0] > sizes[1] * _PADDING:
        why = f"{interface.vocabulary:,} tokens here and {theirs.vocabulary:,} there"
    else:
        return
    yield Finding(f"{draft} drafts for {use.model} with another vocabulary: {why}", at=use.at)
