"""Tabulate the evidence in a labelled corpus, without names: the input of ``fit.py``.

    python tests/tools/fitting/observe.py CORPUS      writes observations.csv and kinds.csv next to this file

CORPUS holds ``checkpoints.csv`` with ``checkpoints/<dir>/`` and ``names.csv``. Only labels count that are known independently of
the files. An observation is a family, a label, and the kinds of evidence that were seen; equal ones are counted. No file and no
id of the corpus is kept.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from modelcheck.config import Settings
from modelcheck.engine.shared import Shared
from modelcheck.findings import Axis, Weighed
from modelcheck.handles import AllEvidence
from modelcheck.plugins import Plugins
from modelcheck.sources import Source
from modelcheck.sources.folder import FolderSource
from modelcheck.sources.named import NamedSource

HERE = Path(__file__).parent
LABELS = ("base", "instruct")


class _Copy(FolderSource):
    """A folder with the id of the repository that it was copied from."""

    def __init__(self, path: Path, id_: str) -> None:
        super().__init__(path, boundary=path)
        self.name = id_


def family(id_: str) -> str:
    """The family by the first word of the name: ``meta-llama/Meta-Llama-3-8B`` and ``llama-2-7b`` are ``llama``."""
    name = id_.rpartition("/")[2].lower()
    words = [word.strip("0123456789.") for word in name.replace("_", "-").split("-")]
    return next((word for word in words if len(word) > 1 and word != "meta"), name)


def sources(corpus: Path) -> Iterator[tuple[str, str, str, Source]]:
    """Kind of row, family, label and source of every row whose label counts."""
    with (corpus / "checkpoints.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in LABELS and row["confidence"] == "sure" and row["evidence_kind"] == "identity":
                id_ = row["hf_repo_id"].removeprefix("github:")
                yield "checkpoint", family(id_), row["label"], _Copy(corpus / "checkpoints" / row["dir"], id_)
    with (corpus / "names.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in LABELS and row["label_quality"] == "maintainer":
                yield "name", family(row["hf_repo_id"]), row["label"], NamedSource(row["hf_repo_id"])


def main() -> None:
    """Collect the evidence of every row and write the tables."""
    plugins = Plugins()
    shared = Shared(plugins.registry, plugins, Settings(offline=True))
    observed: Counter[tuple[str, ...]] = Counter()
    kinds: dict[str, tuple[str, float]] = {}
    for what, of, label, source in sources(Path(sys.argv[1])):
        _, store = shared.checkpoints.claim(source, asked=True)
        evidence: tuple[Weighed, ...] = store.get(AllEvidence) or ()
        told = [one for one in evidence if one.evidence.kind and one.evidence.axis is Axis.STAGE]
        names = sorted({f"{one.signal}:{one.evidence.kind}" for one in told})
        observed[what, of, label, " ".join(names)] += 1
        kinds |= {f"{one.signal}:{one.evidence.kind}": (one.group, one.evidence.weight) for one in told}
    _write(
        "observations.csv",
        ("what", "family", "label", "count", "kinds"),
        ((*key[:3], count, key[3]) for key, count in sorted(observed.items())),
    )
    _write("kinds.csv", ("kind", "group", "judged"), ((kind, *value) for kind, value in sorted(kinds.items())))


def _write(name: str, header: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with (HERE / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
