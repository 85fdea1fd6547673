"""The option ``--store`` of ``modelcheck fleet``."""

from __future__ import annotations

from pathlib import Path

import click

STORE = click.option(
    "--store", type=click.Path(path_type=Path, dir_okay=False), default=Path("fleet.sqlite"), show_default=True, metavar="FILE",
    help="The file with the results.",
)  # fmt: skip
