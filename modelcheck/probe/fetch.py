"""The process that fetches a model's files into the Hub's cache, or into a folder, with huggingface_hub. Started by ``client``.

Request: ``{"repo": str, "revision": str, "files": [str], "folder": str | None, "removed": str | None}``: a folder in place of the
cache, and one that is removed if the parent ends. Answers one line where that fails: ``{"problem": str}``.
"""

from __future__ import annotations

import json
import os
import sys

from modelcheck.probe.parent import end_with_parent


def main() -> None:
    """Fetch, and report a failure."""
    request = json.load(sys.stdin)
    end_with_parent(request["removed"])
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # only the answer is written to standard output
    from huggingface_hub import snapshot_download

    try:
        place = {"revision": request["revision"], "local_dir": request["folder"]}
        snapshot_download(request["repo"], allow_patterns=request["files"], **place)
    except Exception as error:  # noqa: BLE001 - process boundary: any error is reported as the reason
        text = str(error).strip().partition("\n")[0] or type(error).__name__
        answer.write(json.dumps({"problem": f"its weights cannot be fetched: {text}"}) + "\n")
        answer.flush()


if __name__ == "__main__":
    main()
