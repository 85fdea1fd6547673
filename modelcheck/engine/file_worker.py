"""The process that reads some of a folder's files. Started by ``many_files``; ends with it.

Reads a pickled folder with the plug-ins that are disabled, then lists of files; answers each list with a pickled ``Part``, or with
None for what only the other process can report: crashes of readers.
"""

from __future__ import annotations

import pickle
import sys

from modelcheck.engine.cache.trace import TracedFolder
from modelcheck.engine.file_parts import part_of
from modelcheck.engine.files import TreeReader
from modelcheck.engine.store import Trouble


def main() -> None:
    """Read one list of files after the other until the input ends, as it does with the process that started this one."""
    from modelcheck.plugins import Plugins

    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    tree, disabled = pickle.load(asked)  # noqa: S301 - of the process that started this one
    reader = TreeReader(Plugins(disabled).registry, tree, Trouble())
    while True:
        try:
            named = pickle.load(asked)  # noqa: S301
        except EOFError:
            return
        part = part_of(reader, named)
        if isinstance(tree, TracedFolder):
            part.trace, part.complete, tree.trace = tree.trace, tree.complete, {}
        pickle.dump(None if part.crashes or part.mistakes else part, answers)
        answers.flush()


if __name__ == "__main__":
    main()
