from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, rule

_COMMIT = 40


@rule(severity="note", since="0.1")
def remote_code_without_revision(use: ModelUse) -> Iterator[Finding]:
    """A deployment trusts remote code without pinning a commit.

    `--trust-remote-code` runs Python files from the model repository on the server. Without a pinned commit, the next restart runs
    whatever has been pushed since, by the publisher or by someone who took over the account.

    ## Bad

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --trust-remote-code
    ```

    ## Good

    ```bash run.sh
    vllm serve acme/Thing-7B-Instruct --trust-remote-code --revision 0123456789abcdef0123456789abcdef01234567
    ```

    ## Fix

    Pin the commit with `--revision`, or remove the flag: most architectures no longer need remote code.
    """
    if use.remote_code and use.of_hub and not re.fullmatch(rf"[0-9a-f]{{{_COMMIT}}}", use.revision or ""):
        yield Finding(f"remote code of {use.model} is trusted without a pinned commit", at=use.at)
