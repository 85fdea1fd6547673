"""``modelcheck compare``: which of several checkpoints is the better start for fine-tuning on a team's own conversations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from modelcheck.commands.sections import SectionedCommand


class _Data(click.Path):
    """A file, or a data set of the Hub."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a path, or the text of a data set."""
        text = str(value)
        return text if text.startswith("hf://") else super().convert(value, param, ctx)


_FILE = _Data(path_type=Path, exists=True, dir_okay=False)
_SECTIONS = {
    "Data": ("data", "task", "held", "length"),
    "Training": ("train", "steps", "epochs", "batch", "seeds", "rates", "rank", "metric", "graft"),
    "Models": ("base", "device", "ray", "memory", "trust_remote_code", "offline", "timeout"),
    "Output": ("formats", "work", "quiet"),
}
_FORMATS = ("text", "json", "markdown", "html")


class _Share(click.ParamType[float]):
    """``10%`` or ``0.1``, as a share."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 < share <= 1:
            self.fail(f"{value!r} is no share, such as 10% or 0.1", param, ctx)
        return share


class _Numbers(click.ParamType[Any]):
    """Numbers with commas between them."""

    name = "numbers"

    def __init__(self, kind: type[int] | type[float], least: float) -> None:
        self._kind, self._least = kind, least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            found = tuple(self._kind(part) for part in str(value).split(","))
        except ValueError:
            found = ()
        if not found or len(set(found)) < len(found) or min(found) < self._least:
            self.fail(f"{value!r} is no list of different numbers, such as 0,1,2", param, ctx)
        return found


@click.command(cls=SectionedCommand, sections=_SECTIONS)
@click.argument("starts", nargs=-1, required=True, metavar="START START...")
@click.option(
    "--data",
    type=_FILE,
    multiple=True,
    required=True,
    metavar="FILE",
    help="Conversations: a .jsonl, .json, .csv, .tsv or .parquet file, or hf://datasets/owner/name. Repeatable.",
)
@click.option("--task", metavar="COLUMN", help="Show results for each value of this column, too.")
@click.option("--held-out", "held", type=_Share(), default=0.2, metavar="SHARE", help="The part to test on.  [default: 20%]")
@click.option(
    "--max-length",
    "length",
    type=click.IntRange(32),
    default=1024,
    show_default=True,
    metavar="N",
    help="Tokens of a conversation.",
)
@click.option(
    "--train",
    is_flag=False,
    flag_value="10%",
    type=_Share(),
    metavar="[SHARE]",
    help="Train each start for this share of a full training; 10% without SHARE.",
)
@click.option("--steps", type=click.IntRange(4), metavar="N", help="Train each start for N steps instead.")
@click.option(
    "--epochs",
    type=click.FloatRange(0.1),
    default=3.0,
    show_default=True,
    metavar="N",
    help="A full training's passes over the data.",
)
@click.option("--batch", type=click.IntRange(1), default=8, show_default=True, metavar="N", help="Conversations of a step.")
@click.option(
    "--seeds", type=_Numbers(int, 0), default="0,1,2", show_default=True, metavar="N,N", help="Train once with each of these seeds."
)
@click.option(
    "--rates",
    type=_Numbers(float, 1e-8),
    default="1e-4,3e-4,1e-3",
    show_default=True,
    metavar="N,N",
    help="Learning rates to try for each start.",
)
@click.option("--rank", type=click.IntRange(1, 512), default=16, show_default=True, metavar="N", help="The rank of LoRA.")
@click.option(
    "--metric", metavar="NAME", help="Decide by this: exact-match, contains, f1, or one of a package.  [default: the loss]"
)
@click.option("--graft", is_flag=True, help="Also run what a base model has learned on the instruct model's weights (Shadow-FT).")
@click.option("--base", metavar="PATH", help="The model that an adapter is for, if it is not the one that the adapter names.")
@click.option(
    "--device", type=click.Choice(["auto", "cuda", "mps", "cpu"]), default="auto", show_default=True, help="Run models there."
)
@click.option(
    "--ray",
    is_flag=False,
    flag_value="local",
    metavar="[ADDRESS]",
    help="Run models beside each other on a Ray cluster; on this machine without ADDRESS.",
)
@click.option("--max-gb", "memory", type=click.FloatRange(0.1), metavar="N", help="Refuse what needs more memory than this.")
@click.option("--trust-remote-code", is_flag=True, help="Run Python code that a checkpoint brings.")
@click.option("--offline", is_flag=True, help="Do not use the network; use local files and the Hub cache.")
@click.option("--timeout", type=click.FloatRange(1), metavar="S", help="Stop after S seconds, with the results until then.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="NAME[=FILE]",
    help=f"{', '.join(_FORMATS)}; to FILE if given. Repeatable.  [default: text]",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".modelcheck_compare"),
    show_default=True,
    metavar="FOLDER",
    help="Keep results here, and go on from them.",
)
@click.option("-q", "--quiet", is_flag=True, help="Do not show what is being done.")
@click.pass_context
def compare(context: click.Context, /, **given: Any) -> None:
    """Measure which checkpoint is the better start for fine-tuning on your conversations.

    \b
    modelcheck compare acme/Thing-8B acme/Thing-8B-Instruct --data chats.jsonl
    modelcheck compare acme/Thing-8B acme/Thing-8B-Instruct --data chats.jsonl --train

    Without --train each START is run as it is: a first impression, of low confidence. With it each is trained for a while with
    LoRA, on the same batches, and the answer says how sure it is, or how many conversations would be needed to tell.

    Exit codes: 0 done, 2 usage error or data that cannot be used, 4 a start could not be run, 130 interrupted, with what was done.
    """
    from modelcheck.commands.comparing import run

    context.exit(run(**given))
