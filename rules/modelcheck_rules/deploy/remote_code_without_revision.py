from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, rule

_COMMIT = 40


@rule(severity="note", since="0.1")
def remote_code_without_revision(use: ModelUse) -> Iterator[Finding]:
    """A checkpoint's own code is run from whatever commit is the newest.

    `--trust-remote-code` runs Python files of the repository on the server. Without a pinned commit, the next restart runs what
    has been pushed since, by the publisher or by whoever got hold of the account.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --trust-remote-code
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --trust-remote-code --revision 0123456789abcdef0123456789abcdef01234567
    ```

    ## Fix

    Pin the commit with `--revision`, or take the flag out: most architectures need no code of their own any more.
    """
    if use.remote_code and use.of_hub and not re.fullmatch(rf"[0-9a-f]{{{_COMMIT}}}", use.revision or ""):
        yield Finding(f"{use.model} may run its own code, from whatever commit is the newest", at=use.at)
