from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, RemoteCode, Span, rule


@rule(severity="warning", since="0.1")
def remote_code_reaches_out(code: RemoteCode) -> Iterator[Finding]:
    """The checkpoint's own code starts programs, opens connections, or runs code that it puts together.

    A model needs tensors, and none of these. Where such a call stands outside every function, it is made as soon as the
    checkpoint is loaded with `trust_remote_code=True`. The code is read and not run; the calls are known by their imports, so
    code that hides them is not seen.

    ## Bad

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModel": "modeling_thing.ThingModel"}}
    ```

    ```python modeling_thing.py
    import subprocess as sp

    sp.run(["make", "kernels"])
    ```

    ## Good

    ```json config.json
    {"model_type": "thing", "auto_map": {"AutoModel": "modeling_thing.ThingModel"}}
    ```

    ```python modeling_thing.py
    import torch

    model = torch.nn.Linear(2, 2).eval()
    ```

    ## Fix

    Read the code at that line. A publisher builds kernels when a package is installed, not when a model is loaded.
    """
    for call in sorted(code.calls, key=lambda one: not one.loading)[:3]:
        when = "as soon as it is loaded" if call.loading else "in a function of its own"
        yield Finding(f"the checkpoint's code {call.does} {when}: {call.name}()", at=call.at, confidence=Confidence.MEDIUM)
    if code.unread:
        message = f"{code.unread[0]} is too long or no Python of this version, so nothing is known of what it does"
        yield Finding(message, at=Span(code.unread[0]), confidence=Confidence.LOW)
