from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Confidence, Finding, RemoteCode, Span, rule


@rule(severity="warning", since="0.1")
def remote_code_reaches_out(code: RemoteCode) -> Iterator[Finding]:
    """The checkpoint's code starts programs, opens network connections or runs generated code.

    A model has no need for such calls, nor for loading native libraries, which is reported too. A call outside of a function
    runs as soon as the checkpoint is loaded with `trust_remote_code=True`. modelcheck parses the code without running it and
    recognizes the calls by their imports, so it does not find calls that are hidden on purpose.

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

    Review the code at that line. If you publish the model, build kernels when a package is installed, not when the model is loaded.
    """
    for call in sorted(code.calls, key=lambda call: not call.loading)[:3]:
        when = "as soon as it is loaded" if call.loading else "in one of its functions"
        yield Finding(f"the checkpoint's code {call.does} {when}: {call.name}()", at=call.at, confidence=Confidence.MEDIUM)
    if code.unread:
        message = f"{code.unread[0]} is too long or not valid for this Python version, so it was not checked"
        yield Finding(message, at=Span(code.unread[0]), confidence=Confidence.LOW)
