"""``modelcheck scan``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from modelcheck.commands.sections import FORMAT, SectionedCommand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.commands.options import ScanOptions
    from modelcheck.errors import PluginError
    from modelcheck.plugins import Plugins
    from modelcheck.report import Report

_SECTIONS = {
    "Targets": (
        "more_targets", "stdin_name", "name", "author", "limit", "tag", "exclude", "extend_exclude", "no_gitignore", "no_cache",
        "require_resolved",
    ),
    "Network": ("offline", "locked", "budget", "jobs", "timeout", "require_complete"),
    "Rules": ("select", "profile", "ignore", "baseline", "baseline_update", "baseline_prune", "fail_on", "config", "against"),
    "Fixes": ("fix", "diff", "unsafe_fixes", "add_ignore"),
    "Running models": ("probe", "device", "max_probe_gb", "probe_timeout", "trust_remote_code", "base", "model", "expect"),
    "Output": ("format", "output", "statistics", "why", "verbose", "quiet", "plugin_trace", "no_color"),
}  # fmt: skip
_FILE = click.Path(path_type=Path)
_LIST = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
_OUTPUT = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_BUDGETS = click.Choice(["files", "network", "weights", "generate"])
_SEVERITIES = click.Choice(["note", "warning", "error", "never"])
_DEVICES = click.Choice(["auto", "cuda", "mps", "cpu"])
_SECONDS = click.FloatRange(0.1)


@click.command(cls=SectionedCommand, sections=_SECTIONS)
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option(
    "--targets", "more_targets", type=_LIST, metavar="FILE", help="Read more targets from FILE, one per line; - is stdin."
)
@click.option("--stdin-name", metavar="PATH", help="Read standard input (TARGET -) as the file at PATH.  [default: stdin.yaml]")
@click.option("--name", metavar="ORG/NAME", help="Judge the checkpoint in a folder as if it were published under this name.")
@click.option("--author", metavar="NAME", help="Scan every model of this author on the Hub.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Scan at most N of the author's models.")
@click.option("--filter", "tag", metavar="TAG", help="Scan only the author's models with this tag.")
@click.option("--offline", is_flag=True, help="Do not use the network; use local files, the Hub cache and names.")
@click.option("--locked", is_flag=True, help="Take verdicts from modelcheck.lock; implies --offline.")
@click.option("--budget", type=_BUDGETS, help="Set the most expensive checks to allow.  [default: network]")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Allow N requests and N processes at a time.  [default: 8 requests, offline 1; one process for each processor]",
)
@click.option(
    "--timeout", type=_SECONDS, metavar="S", default=30.0, show_default=True, help="Wait up to S seconds for the Hub per target."
)
@click.option("--require-complete", is_flag=True, help="Exit with 4 if files of a gated checkpoint are withheld.")
@click.option("--exclude", metavar="PATTERN", multiple=True, help="Do not read these paths; replaces `exclude` of the settings.")
@click.option("--extend-exclude", metavar="PATTERN", multiple=True, help="Do not read these paths either.")
@click.option("--no-gitignore", is_flag=True, help="Also read files that .gitignore files exclude.")
@click.option("--no-cache", is_flag=True, help="Read all files again, also those that have not changed since the last run.")
@click.option("--require-resolved", is_flag=True, help="Exit with 4 if a reference to a model, or a file, cannot be resolved.")
@click.option("--select", metavar="RULE", multiple=True, help="Run only these rules or areas, e.g. deploy,card. Repeatable.")
@click.option("--profile", metavar="AREA", multiple=True, help="Also run an area that is off by default, e.g. eu-ai-act.")
@click.option("--ignore", metavar="RULE", multiple=True, help="Skip these rules, areas or signals. Repeatable.")
@click.option("--baseline", type=_FILE, metavar="FILE", help="Ignore findings listed in FILE; create it if missing.")
@click.option("--baseline-update", is_flag=True, help="Write the findings of this run to the baseline.")
@click.option("--baseline-prune", is_flag=True, help="Remove findings from the baseline that are no longer found.")
@click.option("--fail-on", type=_SEVERITIES, help="Exit with 1 from this severity up.  [default: error]")
@click.option("--config", type=_FILE, metavar="FILE", help="Read FILE instead of the nearest configuration file.")
@click.option("--fix", is_flag=True, help="Apply safe fixes, then rescan.")
@click.option("--diff", is_flag=True, help="Show what --fix would change; write nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="Include fixes that need review.")
@click.option("--add-ignore", metavar="REASON", help="Add a comment that suppresses each finding, with this reason, then rescan.")
@click.option("--probe", is_flag=True, help="Run each model and test whether it ends its turns; implies --budget generate.")
@click.option("--device", type=_DEVICES, help="Run models on this device.  [default: auto]")
@click.option(
    "--max-probe-gb",
    type=click.FloatRange(0, min_open=True),
    metavar="GB",
    help="Skip models that need more than this much memory.",
)
@click.option("--probe-timeout", type=click.FloatRange(1), metavar="S", help="Stop a model after S seconds.  [default: 600]")
@click.option("--trust-remote-code", is_flag=True, help="Allow a model to run the Python code that it ships.")
@click.option("--base", type=_FOLDER, metavar="FOLDER", help="Run adapters on the model in FOLDER.")
@click.option("--model", metavar="NAME", help="Test this model of a server that serves several.")
@click.option(
    "--against", type=_FILE, metavar="FILE", help="Compare weights with the fingerprints in FILE (modelcheck lineage index)."
)
@click.option(
    "--expect",
    metavar="CHECKPOINT",
    help="Compare a server's tokens with this Hub id or folder, by at most 30 short requests more; with --probe its weights, too.",
)
@click.option("--format", metavar="NAME[=FILE]", multiple=True, help=FORMAT)
@click.option("--output", type=_OUTPUT, metavar="FILE", help="Write the report to FILE.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule (text, concise).")
@click.option("--why", is_flag=True, help="Show all evidence: by group, superseded, and what to check next.")
@click.option("-v", "--verbose", count=True, help="Show all evidence and every skipped rule; -vv adds tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Show only findings, errors and the summary.")
@click.option("--no-color", is_flag=True, help="Do not use colours; NO_COLOR does the same.")
@click.option("--plugin-trace", is_flag=True, help="Write each call of a plug-in to standard error.")
@click.pass_context
def scan(context: click.Context, /, **given: Any) -> None:
    """Scan checkpoints and the files that use them.

    TARGET is a Hub id (org/name or org/name@revision), a folder, a file, - for standard input, or the URL of an
    OpenAI-compatible server (http://127.0.0.1:8000/v1); by default the current folder. A folder that is a checkpoint and also
    holds deployment files is scanned as both.

    Exit codes: 0 clean, 1 findings, 2 usage error, 3 internal error, 4 a target could not be read, 130 interrupted.
    """
    from modelcheck.commands.options import ScanOptions

    context.exit(_run(ScanOptions(**given)))


def _run(options: ScanOptions) -> int:
    """Scan, report, and return the exit code."""
    from modelcheck.commands.edits import edits
    from modelcheck.commands.formats import Shown, outputs, wanted
    from modelcheck.commands.loading import load
    from modelcheck.commands.progress import progress
    from modelcheck.commands.targets import all_targets
    from modelcheck.config import check_names
    from modelcheck.engine.run import Run
    from modelcheck.report import ErrorReport, Report

    _start_renderer(options.targets)
    reports = wanted(options.format, options.output, detailed=options.why or options.verbose > 0)
    if options.plugin_trace:
        _trace()
    configured, plugins = load(options.config)
    settings = options.settings(configured)
    check_names(settings, plugins.registry)
    targets = all_targets(options, offline=settings.offline)
    _check_targets(options, targets)
    verbosity = -1 if options.quiet else options.verbose
    jobs = options.parallel(offline=settings.offline)
    processes = options.processes(len(targets))
    shown = Shown(options.no_color, verbosity, options.why, options.statistics)
    with outputs(reports, plugins.reporters, shown) as written:
        with progress(len(targets)) as advance:

            def ended(target: str, part: Report) -> None:
                advance(target)
                written.part(part)

            report = Run(plugins.registry, plugins, settings, jobs, processes).scan(targets, ended=ended)
        told = list(plugins.mistakes)
        mistakes = Report(errors=[ErrorReport(f"plug-in {one.plugin}", "plugin", str(one)) for one in told])
        report.extend(mistakes)
        if mistakes.errors:
            written.part(mistakes)
        plan = edits(report, options, plugins.registry)
        diff = "".join(plan.diff()).rstrip("\n") if plan and options.diff else None
        if plan and plan.texts and not options.diff:
            report = Run(plugins.registry, plugins, settings, jobs, processes).scan(targets)
            report.extend(mistakes)
        if options.baseline:
            from modelcheck.commands.baseline import use_baseline

            use_baseline(report, options.baseline, update=options.baseline_update, prune=options.baseline_prune)
        written.whole(report, diff=diff)
    if options.verbose > 1:
        _print_tracebacks(report)
    return 3 if _warn_late(plugins, told) else report.exit_code(settings.fail_on)


def _check_targets(options: ScanOptions, targets: Sequence[str]) -> None:
    """Raises UsageError for targets that ``--name`` or ``--expect`` is not for."""
    if options.name and len(targets) != 1:
        raise click.UsageError("--name is for one target: the folder of a checkpoint")
    if options.expect is not None:
        _check_expected(options.expect, targets)


def _check_expected(expected: str, targets: Sequence[str]) -> None:
    """Raises UsageError unless every target is a server, and the checkpoint expected there is none."""
    from modelcheck.sources.target import is_server, without_password

    other = next((target for target in targets if not is_server(target)), None)
    if other is not None or not targets:
        raise click.UsageError(f"--expect is for the address of a server (http://host:port/v1), not for {other or 'no target'}")
    if is_server(expected) or not expected.strip():
        raise click.UsageError(f"--expect names a checkpoint, a Hub id or a folder, not {without_password(expected) or 'nothing'}")


def _warn_late(plugins: Plugins, told: Sequence[PluginError]) -> bool:
    """Warn of mistakes that plug-ins have made while the report was written; returns whether there are some."""
    from modelcheck.commands.loading import warn

    late = [one for one in plugins.mistakes if one not in told]
    warn(late)
    return bool(late)


def _start_renderer(targets: tuple[str, ...]) -> None:
    """Start the process that renders chat templates if a folder may hold one: that takes as long as importing the rules."""
    from modelcheck.config import is_file

    likely = ("chat_template.jinja", "tokenizer_config.json", "chat_template.json")
    if any(is_file(Path(target, name)) for target in targets or (".",) for name in likely):
        from modelcheck.sandbox.client import prepare

        prepare()


def _trace() -> None:
    from modelcheck.blame import trace_with
    from modelcheck.commands.output import say

    trace_with(lambda line: say(f"trace: {line}", error=True))


def _print_tracebacks(report: Report) -> None:
    from modelcheck.commands.output import say

    for details in (*(error.details for error in report.errors), *(checkpoint.details for checkpoint in report.checkpoints)):
        if details:
            say(details, error=True)
