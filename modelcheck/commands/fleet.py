"""``modelcheck fleet``: many checkpoints and repositories, remembered and compared over time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from modelcheck.commands.fleet_store import STORE
from modelcheck.commands.sections import SectionedCommand

_LIST = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
_SIZE = click.FloatRange(0, min_open=True)
_SECTIONS = {
    "Targets": ("more_targets", "author", "collection", "limit", "tag", "since"),
    "Store": ("store", "max_age"),
    "Network": ("offline", "budget", "timeout"),
    "Workers": ("jobs", "ray", "target_timeout", "target_memory"),
    "Models": ("probe", "device", "max_probe_gb", "probe_timeout", "keep_weights", "gpus_per_probe", "gpu_memory"),
    "Rules": ("select", "ignore", "config"),
    "Output": ("quiet",),
}


class _Reading(click.Group):
    """The group; the subcommands that only read a store are imported when one of them, or the list of all, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names."""
        self._complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in self.commands:
            self._complete()
        return super().get_command(ctx, cmd_name)

    def _complete(self) -> None:
        from modelcheck.commands.fleet_changes import diff, impact, policy
        from modelcheck.commands.fleet_reading import READING

        for command in (*READING, diff, impact, policy):
            self.add_command(command)


@click.group(cls=_Reading)
def fleet() -> None:
    """Judge many checkpoints and repositories, keep the results in a file, and see what changed.

    \b
    modelcheck fleet scan --author acme --store acme.sqlite
    modelcheck fleet list --where "label = 'base'"
    modelcheck fleet diff
    modelcheck fleet impact acme/Thing-7B
    """


@fleet.command(cls=SectionedCommand, sections=_SECTIONS)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--targets", "more_targets", type=_LIST, metavar="FILE", help="Read more targets from FILE, one per line.")
@click.option("--author", metavar="NAME", multiple=True, help="All models of this author on the Hub. Repeatable.")
@click.option("--collection", metavar="SLUG", multiple=True, help="The models of this collection on the Hub. Repeatable.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N models of each author.")
@click.option("--filter", "tag", metavar="TAG", help="Only the authors' models with this tag.")
@click.option("--since", metavar="DATE", help="Look only at the authors' models that changed since DATE (2026-01-31).")
@STORE
@click.option("--max-age", type=click.IntRange(1, 36500), metavar="DAYS", help="Judge again what was judged longer ago than this.")
@click.option("--offline", is_flag=True, help="Do not use the network; use local files, the Hub cache and names.")
@click.option("--budget", type=click.Choice(["files", "network", "weights"]), help="Set the most expensive checks to allow.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Work on N targets at a time.  [default: 8; offline: 2]")
@click.option(
    "--timeout", type=click.FloatRange(0.1), metavar="S", default=30.0, show_default=True, help="Wait S seconds for each."
)
@click.option(
    "--ray", is_flag=False, flag_value="local", metavar="[ADDRESS]", help="Work on a Ray cluster; on this machine without ADDRESS."
)
@click.option("--probe", is_flag=True, help="Run each model, as modelcheck scan --probe does.")
@click.option("--device", type=click.Choice(["auto", "cuda", "mps", "cpu"]), help="Run models on this device.  [default: auto]")
@click.option(
    "--gpus-per-probe", type=click.FloatRange(0), metavar="N",
    help="Give each model N GPUs, 0.25 for instance, on Ray.  [default: by its size]",
)  # fmt: skip
@click.option("--gpu-memory", type=_SIZE, metavar="GB", help="The memory of one GPU.  [default: ask the nodes of Ray]")
@click.option("--max-probe-gb", type=_SIZE, metavar="GB", help="Skip models that need more than this much memory.")
@click.option("--probe-timeout", type=click.FloatRange(1), metavar="S", help="Stop a model after S seconds.  [default: 600]")
@click.option("--keep-weights", is_flag=True, help="Leave the weights that --probe fetches in the Hub cache.")
@click.option("--target-timeout", type=click.FloatRange(0.1), metavar="S", help="Stop the work on a target after S seconds.")
@click.option("--target-memory", type=_SIZE, metavar="GB", help="Stop the work on a target that takes more memory than this.")
@click.option("--select", metavar="RULE", multiple=True, help="Run only these rules or areas.")
@click.option("--ignore", metavar="RULE", multiple=True, help="Skip these rules, areas or signals.")
@click.option(
    "--config", type=click.Path(path_type=Path), metavar="FILE", help="Read FILE instead of the nearest configuration file."
)
@click.option("-q", "--quiet", is_flag=True, help="Show errors and the summary only.")
@click.pass_context
def scan(context: click.Context, /, **given: Any) -> None:
    """Judge what is new or changed, and store the results.

    TARGET is what `modelcheck scan` takes for a checkpoint, a folder of checkpoints, a cache of the Hub, Ollama's store, a clone or
    a folder of clones with deployment files, or the address of a Git repository (https or ssh, ending in .git). A scan that was
    interrupted goes on where it stopped when it is started again.

    Exit codes: 0 all targets were looked at, 2 usage error, 4 some could not be, 130 interrupted.
    """
    from modelcheck.commands.fleet_scanning import FleetOptions, run

    context.exit(run(FleetOptions(**given)))
