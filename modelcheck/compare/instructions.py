"""Instructions whose answers can be checked, and texts to measure what a training made a model forget. Written for this use."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from modelcheck.records import record


@record()
class Instruction:
    """A request, and whether a text does what it asks for."""

    asked: str
    holds: Callable[[str], bool]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text.strip().removeprefix("```json").strip("`\n ")), dict)
    except (ValueError, RecursionError):
        return False


INSTRUCTIONS = (
    Instruction("Answer with one word only: what is the opposite of up?", lambda text: len(_words(text)) == 1),
    Instruction(
        "Write three names of animals, one on each line.", lambda text: len([one for one in text.splitlines() if one.strip()]) == 3
    ),
    Instruction("Repeat this word exactly, and write nothing else: lantern", lambda text: text.strip().strip(".\"'") == "lantern"),
    Instruction("Say good morning in capital letters only.", lambda text: bool(_words(text)) and text == text.upper()),
    Instruction("Answer yes or no: is ice cold?", lambda text: text.strip().lower().rstrip(".!") in ("yes", "no")),
    Instruction("Write a sentence that ends with the word garden.", lambda text: text.strip().rstrip(".!\"'").endswith("garden")),
    Instruction("Give the number of days in a week as a digit, nothing else.", lambda text: text.strip().rstrip(".") == "7"),
    Instruction("Write a JSON object with the key color and any value. Write only the JSON.", _is_json),
    Instruction(
        "List two fruits, separated by a comma, nothing else.",
        lambda text: len([one for one in text.strip().split(",") if one.strip()]) == 2,
    ),
    Instruction("Write a question.", lambda text: text.strip().endswith("?")),
    Instruction("Begin your answer with the word First.", lambda text: text.strip().startswith("First")),
    Instruction("Describe the sea in at most eight words.", lambda text: 0 < len(_words(text)) <= 8),
)

_TEXTS = """
The river rises in the hills to the north and flows past three small towns before it reaches the coast. In
spring, when the snow melts, the fields on both banks are often under water for a week or two.

A bicycle has few parts that need regular care: the chain wants oil, the tyres want air, and the brakes want
pads. Most other things can be left alone for a year.

The library opened in a former school building. Its reading room keeps the tall windows of the old classrooms,
and on clear mornings nobody needs a lamp until noon.

To bake bread you need flour, water, salt and yeast. Mix them, wait until the dough has doubled, shape a loaf,
wait again, and bake it in a hot oven until the crust is brown.

Sailors once found their way by the stars. The height of the pole star above the horizon told them how far
north they were; how far west was a harder question, for which they needed a clock.

The meeting was moved to Thursday because the larger room was free then. Those who could not come were asked
to send their remarks in writing by the end of the week.

In a small orchard the trees are planted far enough apart that each gets sun from the south. Bees from two
hives by the fence do most of the work in May.
"""
RAW = (
    *(" ".join(text.split()) for text in _TEXTS.split("\n\n")),
    "def mean(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)\n",
)
"""Seven short texts in English and one in Python."""
