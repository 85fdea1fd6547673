"""The process that tokenizes with a checkpoint's own tokenizer. Started by ``tokenizing``; one request, one answer.

Request: ``{"folder": path, "texts": [str], "decode": [[int]], "as_text": [str]}``. Answer: ``{"plain": [[int]], "special": [[int]],
"decoded": [str], "as_text": [int]}``, ``special`` with what the tokenizer adds to a text and ``as_text`` how many tokens there are
if special ones are read as text, or ``{"problem": str}``. A ``tokenizer.json`` needs the package tokenizers only; other files are
loaded with transformers, without any code of theirs. Of a GGUF file its metadata is enough.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from modelcheck.errors import first_line
from modelcheck.served.gguf_tokenizer import GGUF, Unknown, tokenizer_of

MEMORY = 6 * 2**30
"""Bytes of data: a vocabulary of 256,000 tokens takes half a gigabyte while it is read, importing torch about one."""
SECONDS = 60
"""Processor time."""


def main() -> None:
    """Answer the request on standard input."""
    request = json.load(sys.stdin)
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # only the answer is written to standard output, whatever libraries print
    _bound()
    try:
        reply = _tokenized(Path(request["folder"]), request["texts"], request["decode"], request["as_text"])
    except ImportError as error:
        extra = "served" if error.name == "tokenizers" else "probe"
        reply = {"problem": f"it needs {error.name or error}: pip install 'modelcheck[{extra}]'"}
    except Unknown as why:
        reply = {"problem": str(why)}
    except Exception as error:  # noqa: BLE001 - process boundary: tokenizers raises plain exceptions
        reply = {"problem": f"its tokenizer cannot be loaded: {first_line(error)[:200]}"}
    json.dump(reply, answer)
    answer.flush()


def _tokenized(folder: Path, texts: list[str], decode: list[list[int]], as_text: list[str]) -> dict[str, Any]:
    file, gguf = folder / "tokenizer.json", folder / GGUF
    if file.is_file() or gguf.is_file():
        from tokenizers import Tokenizer

        fast = Tokenizer.from_file(str(file)) if file.is_file() else tokenizer_of(gguf)
        fast.no_truncation()
        fast.no_padding()
        found = {
            "plain": [fast.encode(text, add_special_tokens=False).ids for text in texts],
            "special": [fast.encode(text).ids for text in texts],
            "decoded": [fast.decode(ids, skip_special_tokens=False) for ids in decode],
        }
        fast.encode_special_tokens = True
        return {**found, "as_text": [len(fast.encode(text, add_special_tokens=False).ids) for text in as_text]}
    try:
        from transformers import AutoTokenizer
    except ImportError as error:
        raise ImportError(name="transformers") from error
    slow = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
    return {
        "plain": [list(slow(text, add_special_tokens=False)["input_ids"]) for text in texts],
        "special": [list(slow(text)["input_ids"]) for text in texts],
        "decoded": [slow.decode(ids, skip_special_tokens=False) for ids in decode],
        "as_text": [len(slow(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]) for text in as_text],
    }


def _bound() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the client's time limit still applies
        return
    for kind, most in ((resource.RLIMIT_DATA, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
