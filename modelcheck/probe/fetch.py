"""The process that fetches a model's files into the Hub's cache, by huggingface_hub. Started by ``client``.

Request: ``{"repo": str, "revision": str, "files": [str]}``. Answers one line where that fails: ``{"problem": str}``.
"""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    """Fetch, and say so where it fails."""
    request = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing but the answer goes out
    from huggingface_hub import snapshot_download

    try:
        snapshot_download(request["repo"], revision=request["revision"], allow_patterns=request["files"])
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the reason
        text = str(error).strip().partition("\n")[0] or type(error).__name__
        answer.write(json.dumps({"problem": f"its weights could not be fetched: {text}"}) + "\n")
        answer.flush()


if __name__ == "__main__":
    main()
