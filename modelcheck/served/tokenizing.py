"""Tokenizes with the expected checkpoint's tokenizer, in a process with limits: the files may be made to hurt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from modelcheck.records import record

VOCABULARIES = (
    "tokenizer.json", "tokenizer.model", "vocab.json", "merges.txt", "vocab.txt", "spiece.model", "sentencepiece.bpe.model",
)  # fmt: skip
FILES = (*VOCABULARIES, "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "config.json")
"""The files of a tokenizer; the first one alone is enough."""
MAX_BYTES = 128 * 2**20
"""Of one file: the largest tokenizer.json in use has about 35 MB."""
PATIENCE = 120.0
"""Seconds until the process is ended, on a busy machine."""
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
_QUIET = {
    "PYTHONIOENCODING": "utf-8", "TOKENIZERS_PARALLELISM": "false", "RAYON_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error", "USE_TORCH": "0",
}  # fmt: skip


class NoTokenizer(Exception):  # noqa: N818 - a result, not an error
    """Why texts could not be tokenized, for the report."""


@record()
class Tokenized:
    """The ids of each text: ``plain`` as they are, ``special`` with what the tokenizer adds to every text.

    ``as_text`` is text → the number of its tokens where special tokens are read as text.
    """

    plain: Mapping[str, tuple[int, ...]]
    special: Mapping[str, tuple[int, ...]]
    as_text: Mapping[str, int]


def tokenize(files: Mapping[str, bytes], texts: Iterable[str], as_text: Iterable[str]) -> Tokenized:
    """The tokens of texts, and how many the texts ``as_text`` have without special tokens. Raises NoTokenizer."""
    every, without = list(dict.fromkeys(texts)), list(dict.fromkeys(as_text))
    answer = _ask(files, every, [], without)
    plain, special = ([tuple(ids) for ids in answer[key]] for key in ("plain", "special"))
    counts = dict(zip(without, map(int, answer["as_text"]), strict=True))
    return Tokenized(dict(zip(every, plain, strict=True)), dict(zip(every, special, strict=True)), counts)


def decode(files: Mapping[str, bytes], rows: Sequence[Sequence[int]]) -> list[str]:
    """The texts of tokens. Raises NoTokenizer, also for ids that are outside the vocabulary."""
    return list(_ask(files, [], [list(row) for row in rows])["decoded"])


def _ask(
    files: Mapping[str, bytes], texts: Sequence[str], decode: Sequence[Sequence[int]], as_text: Sequence[str] = ()
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="modelcheck-") as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        request = json.dumps({"folder": folder, "texts": list(texts), "decode": decode, "as_text": list(as_text)})
        try:
            # -P: nothing is imported from the working folder, which is not trusted.
            done = subprocess.run(
                [sys.executable, "-P", "-m", "modelcheck.served.worker"],
                input=request, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=PATIENCE, check=False,
                env={name: os.environ[name] for name in _KEPT if name in os.environ} | _QUIET | {"HOME": folder},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise NoTokenizer(f"its tokenizer takes longer than {PATIENCE:g} seconds") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise NoTokenizer("its tokenizer takes too much time or memory, or crashes the process that loads it") from None
    if "problem" in answer:
        raise NoTokenizer(str(answer["problem"]))
    return dict(answer)
