"""What authors of plug-ins get wrong and only a scan shows: code, the line that the message names, what it says."""

from __future__ import annotations

from author_mistakes import PAGE, READ, RULE

HEAD = "from modelcheck.api import Evidence, Finding, ModelCard, ModelUse, Span, YamlFile, fact, reader, rule, signal\n"
BAD = RULE + "def bad(card: ModelCard):\n" + PAGE
OF_USE = RULE + "def bad(use: ModelUse):\n" + PAGE
SIGNAL = '@signal(group="acme")\ndef bad(card: ModelCard):\n'
USE = "ModelUse('a/b', 'a/b', 'a/b', Span({}), 'acme', 'acme')"
THING = "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass Thing:\n    names: list\n\n"
LINE = 23
"""The first line of a rule's code below its page."""

# Name → the code of acme/house/bad.py after HEAD, the line, what the message says, and where the finding is then (False: nowhere).
RUNNING = {
    "line 0": (
        BAD + "    yield Finding('x', at=Span(card.path, 0))\n",
        22,
        "the place README.md:0 has the number 0, and lines and columns count from 1",
        "model/README.md",
    ),
    "a negative column": (
        BAD + "    yield Finding('x', at=Span(card.path, 1, -1))\n",
        22,
        "the place README.md:1:-1 has the number -1",
        "model/README.md",
    ),
    "a line beyond the file": (
        BAD + "    yield Finding('x',\n        at=Span(card.path, 99))\n",
        22,
        "the place README.md:99 is beyond the end of the file, which has 4 lines",
        "model/README.md",
    ),
    "a column beyond the line": (
        BAD + "    yield Finding('x', at=Span(card.path, 2, 40))\n",
        22,
        "the place README.md:2:40 is beyond the end of the line, which has 12 characters",
        "model/README.md:2",
    ),
    "an end before the beginning": (
        BAD + "    yield Finding('x', at=Span(card.path, 2, 4, 1, 2))\n",
        22,
        "the place README.md:2:4 ends before it begins, at 1:2",
        "model/README.md",
    ),
    "another file": (
        BAD + "    yield Finding('x', at=Span('CARD.md', 1))\n",
        22,
        "the place CARD.md:1 is in no file of what is scanned: take it from a fact's at(…)",
        None,
    ),
    "a path of this machine": (
        BAD + "    yield Finding('x', at=Span('model/README.md', 1))\n",
        22,
        "the place model/README.md:1 is in no file of what is scanned",
        None,
    ),
    "a place in a list": (
        BAD + "    return [Finding('x', at=Span(card.path, 99))]\n",
        2,
        "the place README.md:99 is beyond the end of the file",
        "model/README.md",
    ),
    "a place of the checkpoint in a rule about a use": (
        OF_USE + "    yield Finding('x', at=Span('README.md', 1))\n",
        22,
        "a rule about a use points into the files of the use, such as use.at",
        "compose.yaml:4",
    ),
    "a line beyond the file of a use": (
        OF_USE + "    yield Finding('x', at=Span(use.at.path, 99))\n",
        22,
        "the place compose.yaml:99 is beyond the end of the file, which has 4 lines",
        "compose.yaml",
    ),
    "a place of evidence": (
        SIGNAL + "    yield Evidence(0.5, 'x', at=Span(card.path, 99))\n",
        4,
        "the place README.md:99 is beyond the end of the file",
        False,
    ),
    "a place of a use": (
        READ + f"def bad(file: YamlFile):\n    yield {USE.format('file.path, 0')}\n",
        4,
        "the place compose.yaml:0 has the number 0",
        False,
    ),
    "a use beyond the file": (
        READ + f"def bad(file: YamlFile):\n    yield {USE.format('file.path, 99')}\n",
        4,
        "the place compose.yaml:99 is beyond the end of the file",
        False,
    ),
    "a rule without end": (
        BAD + "    while True:\n        pass\n    yield\n",
        2,
        "house/bad takes more than 3 s of processor time, and what it finds is left out",
        False,
    ),
    "a signal without end": (
        SIGNAL + "    while True:\n        pass\n    yield\n",
        2,
        "house/bad takes more than 3 s of processor time",
        False,
    ),
    "a reader without end": (
        READ + "def bad(file: YamlFile):\n    while True:\n        pass\n    yield\n",
        2,
        "house/bad takes more than 3 s of processor time",
        False,
    ),
    "a rule that calls itself": (
        BAD + "    yield from bad(card)\n",
        2,
        "house/bad calls itself too deeply",
        False,
    ),
    "findings without end": (
        BAD + "    while True:\n        yield Finding('x')\n",
        23,
        "house/bad yields more than 1,000 times, and what follows is left out",
        None,
    ),
    "an empty message": (
        BAD + "    yield Finding(' ')\n",
        22,
        "house/bad yields an empty message, and the title of its page stands for it",
        None,
    ),
    "a message without end": (
        BAD + "    yield Finding('x' * 100_000)\n",
        22,
        "house/bad yields a message of 100,000 characters, which is cut",
        None,
    ),
}
