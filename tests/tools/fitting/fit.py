"""Fit the weights of the first-party signals, and say what they are worth to a family that nobody has told about.

    python tests/tools/fitting/fit.py            writes modelcheck/fitted.py, docs/reliability.svg, and the tables in
                                           docs/how-the-verdict-is-made.md
    python tests/tools/fitting/fit.py --check    exits 1 where one of them is not what this would write

Logistic regression over the groups' strongest evidence. Every kind of evidence begins with its author's judgement, which counts as
much as ``IMAGINED`` observed checkpoints: with little data the judgement stays, with much it gives way. No family counts for more
than the square root of its rows, and base and instruct count alike, so that the weights are likelihood ratios and not the corpus's
mixture. A row whose family stands in the table of families is also seen as if it did not, or else "no marker" would be fitted on
what the table happens to lack. The slope is fitted on families that were left out, and is never above 1, so that no sum is made
surer than its parts.
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from modelcheck.verdict import probability
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, only its own folder is on the path

from tools.fitting.report import FITTED, PAGE, PICTURE, page, picture, table

HERE = Path(__file__).parent
IMAGINED = 50.0
ROUNDS = 6
TOLERANCE = 0.06
"""What libraries and processors may differ by: half of the last digit that is written, and a little."""
TABLE_SIGNAL = "identity/family-convention:"


@dataclass(frozen=True)
class Row:
    """Equal observations, ``count`` of them."""

    what: str
    family: str
    instruct: bool
    count: int
    kinds: tuple[str, ...]

    @property
    def untold(self) -> Row:
        """The same where the family has no row in the table of families."""
        return Row(
            self.what, self.family, self.instruct, self.count, tuple(k for k in self.kinds if not k.startswith(TABLE_SIGNAL))
        )


@dataclass(frozen=True)
class Kind:
    """A kind of evidence: its group, and its weight as its author judged it."""

    name: str
    group: str
    judged: float


def read() -> tuple[list[Row], dict[str, Kind]]:
    """The observations and the kinds, as ``observe.py`` wrote them."""
    with (HERE / "observations.csv").open(newline="") as file:
        rows = [
            Row(row["what"], row["family"], row["label"] == "instruct", int(row["count"]), tuple(row["kinds"].split()))
            for row in csv.DictReader(file)
        ]
    with (HERE / "kinds.csv").open(newline="") as file:
        return rows, {row["kind"]: Kind(row["kind"], row["group"], float(row["judged"])) for row in csv.DictReader(file)}


def strongest(row: Row, kinds: dict[str, Kind], weights: dict[str, float]) -> list[str]:
    """The kinds that count: in each group the one of the greatest weight, as in the fold."""
    best: dict[str, str] = {}
    for name in sorted(row.kinds, key=lambda name: (-abs(weights[name]), weights[name], name)):
        best.setdefault(kinds[name].group, name)
    return list(best.values())


def fit(rows: Sequence[Row], kinds: dict[str, Kind]) -> dict[str, float]:
    """Weights in nats by kind. Which evidence is its group's strongest depends on the weights, so it goes in rounds."""
    rows = [*rows, *(row.untold for row in rows if row.untold != row)]
    names = sorted(kinds)
    place = {name: index for index, name in enumerate(names)}
    weights = {name: kind.judged for name, kind in kinds.items()}
    shares = row_weights(rows)
    for _ in range(ROUNDS):
        features = np.zeros((len(rows) + 2 * len(names), len(names)))
        labels = np.zeros(len(features))
        importance = np.zeros(len(features))
        for index, row in enumerate(rows):
            features[index, [place[name] for name in strongest(row, kinds, weights)]] = 1
            labels[index], importance[index] = row.instruct, shares[index]
        for index, name in enumerate(names):
            p = 1 / (1 + math.exp(-kinds[name].judged))
            for label, at in ((1, len(rows) + 2 * index), (0, len(rows) + 2 * index + 1)):
                features[at, index] = 1
                labels[at], importance[at] = label, IMAGINED * (p if label else 1 - p)
        model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-9, max_iter=5000)
        model.fit(features, labels, sample_weight=importance)
        weights = {name: float(weight) for name, weight in zip(names, model.coef_[0], strict=True)}
    return weights


def row_weights(rows: Sequence[Row]) -> list[float]:
    """How much each row counts: families by the square root of their size, base and instruct alike."""
    sizes = Counter[tuple[str, bool]]()
    for row in rows:
        sizes[row.family, row.instruct] += row.count
    raw = [row.count / math.sqrt(sizes[row.family, row.instruct]) for row in rows]
    total = {label: sum(weight for weight, row in zip(raw, rows, strict=True) if row.instruct is label) for label in (True, False)}
    half = sum(raw) / 2
    return [weight * half / total[row.instruct] for weight, row in zip(raw, rows, strict=True)]


def nats(row: Row, kinds: dict[str, Kind], weights: dict[str, float]) -> float:
    """What a row's evidence adds up to."""
    return sum(weights[name] for name in strongest(row, kinds, weights))


def left_out(rows: Sequence[Row], kinds: dict[str, Kind]) -> Iterator[tuple[Row, float, float]]:
    """Each row with what weights give that were fitted without its family: with the family's row in the table, and without."""
    for family in sorted({row.family for row in rows}):
        weights = fit([row for row in rows if row.family != family], kinds)
        for row in rows:
            if row.family == family:
                yield row, nats(row, kinds, weights), nats(row.untold, kinds, weights)


def slope(pairs: Iterable[tuple[Row, float]]) -> float:
    """By how much sums have to be stretched so that the probabilities are right, at most 1."""
    rows, sums = zip(*pairs, strict=True)
    model = LogisticRegression(C=np.inf, fit_intercept=False)
    model.fit(np.array(sums).reshape(-1, 1), [row.instruct for row in rows], sample_weight=row_weights(rows))
    return min(1.0, round(float(model.coef_[0][0]), 2))


def outputs() -> dict[Path, str]:
    """Every file that this makes, with its text."""
    rows, kinds = read()
    weights = fit(rows, kinds)
    out = list(left_out(rows, kinds))
    steep = slope((row, sum_) for row, sum_, _ in out)
    told = [(row, probability(steep * sum_)) for row, sum_, _ in out]
    untold = [(row, probability(steep * sum_)) for row, _, sum_ in out]
    seen = Counter[str]()
    for row in rows:
        for name in row.kinds:
            seen[name] += row.count
    return {
        FITTED: table(weights, steep),
        PICTURE: picture(told, untold),
        PAGE: page(PAGE.read_text("utf-8"), [(kinds[name], weights[name], seen[name]) for name in sorted(kinds)], told, untold),
    }


def close(one: str, other: str) -> bool:
    """Whether two texts are equal but for the last digits of their numbers."""
    number = re.compile(r"-?\d+(?:\.\d+)?")
    if number.sub("#", one) != number.sub("#", other):
        return False
    pairs = zip(number.findall(one), number.findall(other), strict=True)
    return all(abs(float(a) - float(b)) <= TOLERANCE + 0.005 * abs(float(a)) for a, b in pairs)


def main() -> None:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    stale = []
    for path, text in outputs().items():
        if not given.check:
            path.write_text(text, "utf-8")
        elif not path.exists() or not close(path.read_text("utf-8"), text):
            stale.append(path.name)
    if stale:
        sys.exit(f"not what tests/tools/fitting/fit.py makes: {', '.join(stale)}; run it and commit what it writes")


if __name__ == "__main__":
    main()
