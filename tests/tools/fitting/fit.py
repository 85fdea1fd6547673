"""Fit the weights of the first-party signals, and measure them on families that were left out of the fit.

    python tests/tools/fitting/fit.py            writes modelcheck/fitted.py, docs/reliability.svg, and the tables in
                                           docs/how-the-verdict-is-made.md
    python tests/tools/fitting/fit.py --check    exits 1 if one of them is out of date

Logistic regression over the strongest evidence of each group. Every kind of evidence starts with the judgement of its author, a
prior worth ``IMAGINED`` observed checkpoints. A family counts with the square root of its rows, and base and instruct rows have
equal total weight, so that the weights are likelihood ratios, independent of the mixture in the corpus. A row whose family is
in families.toml is also used without that evidence; otherwise "no marker" would be fitted only on families missing from the
table. The slope is fitted on families left out of the fit, and is at most 1, so that a sum is never made surer than its parts.
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
from modelcheck.groups import OF_STATEMENTS
from modelcheck.verdict import SECOND, probability
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[2]))  # run as a script, only its own folder is on the path

from tools.fitting.report import FITTED, PAGE, PICTURE, page, picture, table

HERE = Path(__file__).parent
IMAGINED = 50.0
ROUNDS = 6
TOLERANCE = 0.06
"""Allowed difference between libraries and processors: a little more than half of the last written digit."""
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
    def without_table(self) -> Row:
        """The same row without the evidence from families.toml."""
        return Row(
            self.what, self.family, self.instruct, self.count, tuple(k for k in self.kinds if not k.startswith(TABLE_SIGNAL))
        )


@dataclass(frozen=True)
class Kind:
    """A kind of evidence: its group, and the weight that its author judged."""

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


def counted(row: Row, kinds: dict[str, Kind], weights: dict[str, float]) -> dict[str, float]:
    """The kinds that count and what each counts, as in the fold: in a group the strongest; of statements the strongest of each side
    and half of the second."""
    shares: dict[str, float] = {}
    seen = Counter[tuple[object, ...]]()
    for name in sorted(row.kinds, key=lambda name: (-abs(weights[name]), weights[name], name)):
        group = kinds[name].group
        statement = group in OF_STATEMENTS
        place = (group, weights[name] > 0 if statement else None)
        share = (1.0, SECOND)[seen[place]] if seen[place] < (2 if statement else 1) else 0.0
        seen[place] += 1
        if share:
            shares[name] = share
    return shares


def fit(rows: Sequence[Row], kinds: dict[str, Kind]) -> dict[str, float]:
    """Weights in nats by kind. The strongest evidence of a group depends on the weights, so the fit is repeated."""
    from sklearn.linear_model import LogisticRegression

    rows = [*rows, *(row.without_table for row in rows if row.without_table != row)]
    names = sorted(kinds)
    place = {name: index for index, name in enumerate(names)}
    weights = {name: kind.judged for name, kind in kinds.items()}
    shares = row_weights(rows)
    before = None
    for _ in range(ROUNDS):
        features = np.zeros((len(rows) + 2 * len(names), len(names)))
        labels = np.zeros(len(features))
        importance = np.zeros(len(features))
        for index, row in enumerate(rows):
            for name, share in counted(row, kinds, weights).items():
                features[index, place[name]] = share
            labels[index], importance[index] = row.instruct, shares[index]
        for index, name in enumerate(names):
            p = 1 / (1 + math.exp(-kinds[name].judged))
            for label, at in ((1, len(rows) + 2 * index), (0, len(rows) + 2 * index + 1)):
                features[at, index] = 1
                labels[at], importance[at] = label, IMAGINED * (p if label else 1 - p)
        if before is not None and np.array_equal(features, before):
            break  # the same kinds count as in the last round, so the fit would be the same
        before = features
        model = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-9, solver="newton-cholesky")
        model.fit(features, labels, sample_weight=importance)
        weights = {name: float(weight) for name, weight in zip(names, model.coef_[0], strict=True)}
    return weights


def row_weights(rows: Sequence[Row]) -> list[float]:
    """The importance of each row: families by the square root of their size, base and instruct equal in total."""
    sizes = Counter[tuple[str, bool]]()
    for row in rows:
        sizes[row.family, row.instruct] += row.count
    raw = [row.count / math.sqrt(sizes[row.family, row.instruct]) for row in rows]
    total = {label: sum(weight for weight, row in zip(raw, rows, strict=True) if row.instruct is label) for label in (True, False)}
    half = sum(raw) / 2
    return [weight * half / total[row.instruct] for weight, row in zip(raw, rows, strict=True)]


def nats(row: Row, kinds: dict[str, Kind], weights: dict[str, float]) -> float:
    """The sum of a row's evidence, in nats."""
    return sum(share * weights[name] for name, share in counted(row, kinds, weights).items())


def left_out(rows: Sequence[Row], kinds: dict[str, Kind]) -> Iterator[tuple[Row, float, float]]:
    """Each row with two sums by weights fitted without its family: with its evidence from families.toml, and without."""
    for family in sorted({row.family for row in rows}):
        weights = fit([row for row in rows if row.family != family], kinds)
        for row in rows:
            if row.family == family:
                yield row, nats(row, kinds, weights), nats(row.without_table, kinds, weights)


def slope(pairs: Iterable[tuple[Row, float]]) -> float:
    """The factor that calibrates the sums, at most 1."""
    from sklearn.linear_model import LogisticRegression

    rows, sums = zip(*pairs, strict=True)
    model = LogisticRegression(C=np.inf, fit_intercept=False)
    model.fit(np.array(sums).reshape(-1, 1), [row.instruct for row in rows], sample_weight=row_weights(rows))
    return min(1.0, round(float(model.coef_[0][0]), 2))


def outputs() -> dict[Path, str]:
    """Every generated file with its text."""
    rows, kinds = read()
    weights = fit(rows, kinds)
    out = list(left_out(rows, kinds))
    steep = slope((row, sum_) for row, sum_, _ in out)
    with_table = [(row, probability(steep * sum_)) for row, sum_, _ in out]
    without_table = [(row, probability(steep * sum_)) for row, _, sum_ in out]
    seen = Counter[str]()
    for row in rows:
        for name in row.kinds:
            seen[name] += row.count
    return {
        FITTED: table(weights, steep),
        PICTURE: picture(with_table, without_table),
        PAGE: page(
            PAGE.read_text("utf-8"), [(kinds[name], weights[name], seen[name]) for name in sorted(kinds)], with_table, without_table
        ),
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
    with threadpool_limits(1):  # on matrices this small, threads cost several times what they gain
        made = outputs()
    for path, text in made.items():
        if not given.check:
            path.write_text(text, "utf-8")
        elif not path.exists() or not close(path.read_text("utf-8"), text):
            stale.append(path.name)
    if stale:
        sys.exit(f"out of date: {', '.join(stale)}; run python tests/tools/fitting/fit.py")


if __name__ == "__main__":
    main()
