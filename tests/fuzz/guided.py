"""The same targets with atheris, which keeps the files that reach new code.

    pip install atheris
    python tests/fuzz/guided.py TARGET [-max_total_time=60] [further flags of libFuzzer]

It is not a dependency of the tests, since few Python versions have a wheel of it. A crash, or a file that takes longer than five
seconds or 500 MB, ends the run, and libFuzzer writes the file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
with atheris.instrument_imports(include=["modelcheck", "modelcheck_rules"]):
    from fuzz.targets import MEGABYTES, SECONDS, SEEDS, feed


def main() -> None:
    name, *flags = sys.argv[1:]
    with tempfile.TemporaryDirectory() as corpus:
        Path(corpus, "seed").write_bytes(SEEDS[name][1])
        atheris.Setup(
            [sys.argv[0], f"-timeout={SECONDS:.0f}", f"-rss_limit_mb={MEGABYTES}", "-max_len=20000", *flags, corpus],
            lambda content: feed(name, content),
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
