from __future__ import annotations

import re
from collections.abc import Iterator

from modelcheck.api import Finding, ModelUse, lazy, rule

_COMMIT = lazy(r"[0-9a-f]{40}")
_PRODUCTION = lazy(r"(^|[/_.-])(prod|production)([/_.-]|$)")
_BRANCHES = ("main", "master", "latest", "head")


@rule(severity="note", since="0.1")
def floating_revision(use: ModelUse) -> Iterator[Finding]:
    """What is deployed to production changes when its publisher pushes.

    Weights, template and stop tokens of a repository are changed more often than people think. A deployment without a commit takes
    the newest at every start, so that two replicas may serve different models. Reported where the file's path says that it is for
    production, and wherever a branch is named as if it pinned something.

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

    Name the commit; `modelcheck lock` writes down which one it is today.
    """
    if not use.of_hub or use.purpose not in ("chat", "completion", "embedding", "rerank", "unknown") or use.engine == "client":
        return
    revision = use.revision or ""
    if re.fullmatch("|".join(_BRANCHES), revision.lower()):
        yield Finding(f"{use.model} is taken from the branch {revision!r}, which moves", at=use.at)
    elif not revision and _PRODUCTION.search(use.at.path.lower()):
        yield Finding(f"{use.model} is deployed to production from whatever commit is the newest", at=use.at)
