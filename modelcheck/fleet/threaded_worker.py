"""The process that looks at targets in threads. Started by ``processes``; ends with it.

Reads a pickled ``Plan``. Writes lines of JSON: null to be sent more targets, as a pickled list of number, item and what is known of
it; and for each one its number and what became of it. An empty list ends it.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator

from modelcheck.fleet.store import Judged
from modelcheck.fleet.targets import Item
from modelcheck.fleet.threads import in_threads
from modelcheck.fleet.worker import begin, sent
from modelcheck.plugins import Plugins


def main() -> None:
    """Look at targets until there are no more."""
    asked, answer, plan = begin()
    numbers: dict[int, tuple[int, Item]] = {}  # by the item's identity

    def write(line: object) -> None:
        answer.write(json.dumps(line) + "\n")
        answer.flush()

    def waiting() -> Iterator[tuple[Item, Judged | None]]:
        while True:
            write(None)
            more = pickle.load(asked)  # noqa: S301 - from the process that started this one
            if not more:
                return
            for number, item, known in more:
                numbers[id(item)] = number, item
                yield item, known

    plugins = Plugins(plan.settings.disabled_plugins)
    for outcome, _ in in_threads(waiting(), plugins.registry, plugins, plan):
        number, _ = numbers.pop(id(outcome.item))
        write((number, sent(outcome)))


if __name__ == "__main__":
    main()
