from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, lazy, rule

_PRODUCTION = lazy(r"(^|[/_.-])(prod|production)([/_.-]|$)", words=("prod",))
_BRANCHES = ("main", "master", "latest", "head")


@rule(severity="note", since="0.1")
def floating_revision(use: ModelUse) -> Iterator[Finding]:
    """A production deployment does not pin the model to a commit.

    Publishers often change the weights, template and stop tokens of a repository. A deployment that does not pin a commit loads the
    newest one at every start, so two replicas may serve different models. The rule reports files whose path contains `prod` or
    `production`, and any revision that is a branch name, such as `main`.

    ## Bad

    ```yaml deploy/production/values.yaml
    modelSpec:
      - modelURL: acme/Thing-7B-Instruct
    servingEngineSpec: {}
    ```

    ## Good

    ```yaml deploy/production/values.yaml
    modelSpec:
      - modelURL: acme/Thing-7B-Instruct
        revision: 0123456789abcdef0123456789abcdef01234567
    servingEngineSpec: {}
    ```

    ## Fix

    Set the revision to a commit hash. `modelcheck lock` records the current one.
    """
    if not use.of_hub or use.purpose not in ("chat", "completion", "embedding", "rerank", "unknown") or use.engine == "client":
        return
    revision = use.revision or ""
    if re.fullmatch("|".join(_BRANCHES), revision.lower()):
        yield Finding(f"{use.model} is loaded from the branch {revision!r}, which can change; pin a commit", at=use.at)
    elif not revision and _PRODUCTION.search(use.at.path.lower()):
        yield Finding(f"{use.model} is deployed to production without a pinned commit", at=use.at)
