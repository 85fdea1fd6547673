"""``modelcheck scan``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from modelcheck.config import Settings
    from modelcheck.report import Report, Style

BUDGETS = ("files", "network", "weights", "generate")
SEVERITIES = ("note", "warning", "error", "never")


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--offline", is_flag=True, help="Ask nobody: judge from files, the Hub's cache and names.")
@click.option("--budget", type=click.Choice(BUDGETS), help="The dearest facts to make.  [default: network]")
@click.option("--format", "format_", metavar="NAME", default="text", show_default=True, help="text, json, or a plug-in's.")
@click.option("--select", metavar="RULE", multiple=True, help="Only these rules or areas (card, template/turn-end-not-eos).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Not these rules, areas or signals.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="The severity from which the exit code is 1.  [default: error]")
@click.option("--config", type=click.Path(path_type=Path), help="A configuration file, in place of the nearest one.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to a file.")
@click.option("--no-color", is_flag=True, help="No colours (also with NO_COLOR set).")
@click.option("-v", "--verbose", count=True, help="All evidence and every skipped rule; -vv adds tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Findings and errors only.")
@click.pass_context
def scan(
    context: click.Context,
    /,
    targets: tuple[str, ...],
    format_: str,
    config: Path | None,
    output: Path | None,
    **given: Any,
) -> None:
    """Judge checkpoints and the files that use them.

    A TARGET is a Hub id (org/name, org/name@revision, hf://org/name), a folder, or a file; without one it is the current
    folder. A folder that is a checkpoint and also holds deployment files is read as both.

    Exit codes: 0 clean, 1 findings, 2 misuse, 3 a fault of modelcheck's own, 4 a target that could not be read.
    """
    from modelcheck.commands.loading import load
    from modelcheck.config import check_names
    from modelcheck.engine.run import Run

    settings, plugins = load(config)
    _overrule(settings, given)
    if format_ not in plugins.reporters:
        raise click.BadParameter(f"{format_!r} is none of {', '.join(sorted(plugins.reporters))}", param_hint="--format")
    check_names(settings, plugins.registry)
    report = Run(plugins.registry, plugins, settings).scan(targets or (".",))
    style = _style(output, no_color=given["no_color"], verbosity=-1 if given["quiet"] else given["verbose"])
    _write(plugins.reporters[format_](report, style), output)
    _tell_crashes(report, style)
    context.exit(report.exit_code(settings.fail_on))


def _overrule(settings: Settings, given: dict[str, Any]) -> None:
    """Put what the command line says over the configuration file's settings."""
    import os

    from modelcheck.findings import Cost, Severity

    if given["select"]:
        settings.select = given["select"]
    settings.ignore |= dict.fromkeys(given["ignore"], "ignored on the command line")
    if given["budget"]:
        settings.budget = Cost[given["budget"].upper()]
    if given["fail_on"]:
        settings.fail_on = None if given["fail_on"] == "never" else Severity[given["fail_on"].upper()]
    environment_offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")
    settings.offline = settings.offline or given["offline"] or environment_offline


def _style(output: Path | None, *, no_color: bool, verbosity: int) -> Style:
    import os
    import shutil
    import sys

    from modelcheck.report import Style

    terminal = output is None and sys.stdout.isatty()
    color = terminal and not no_color and not os.environ.get("NO_COLOR")
    return Style(color, min(shutil.get_terminal_size((80, 24)).columns, 120), verbosity)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from None


def _tell_crashes(report: Report, style: Style) -> None:
    for error in report.errors:
        if error.details and style.verbosity > 1:
            click.echo(error.details, err=True)
