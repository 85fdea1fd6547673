"""``modelcheck scan``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from modelcheck.config import Settings
    from modelcheck.report import Report, Style

DEVICES = ("auto", "cuda", "mps", "cpu")
BUDGETS = ("files", "network", "weights", "generate")
STREAMING = ("jsonl",)
"""Formats that are written target by target."""
SEVERITIES = ("note", "warning", "error", "never")


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@click.option("--offline", is_flag=True, help="Ask nobody: judge from files, the Hub's cache and names.")
@click.option("--locked", is_flag=True, help="Judge what files use from modelcheck.lock, without a network.")
@click.option("--budget", type=click.Choice(BUDGETS), help="The dearest facts to make.  [default: network]")
@click.option("--probe", is_flag=True, help="Run the models themselves and see whether they end their turns (--budget generate).")
@click.option("--device", type=click.Choice(DEVICES), help="Where to run them.  [default: auto: cuda, else mps, else cpu]")
@click.option("--max-probe-gb", type=click.FloatRange(0, min_open=True), metavar="GB", help="Run none that needs more memory.")
@click.option("--probe-timeout", type=click.FloatRange(1), metavar="S", help="Seconds that one may take.  [default: 600]")
@click.option("--trust-remote-code", is_flag=True, help="Let a model that is run bring Python code of its own.")
@click.option("--base", type=click.Path(path_type=Path, exists=True, file_okay=False), help="The model to run adapters on.")
@click.option("--model", metavar="NAME", help="Which model of a server to ask, where it has many.")
@click.option("--format", "format_", metavar="NAME", default="text", show_default=True, help="text, json, jsonl, or a plug-in's.")
@click.option("--select", metavar="RULE", multiple=True, help="Only these rules or areas (card, template/turn-end-not-eos).")
@click.option("--profile", metavar="AREA", multiple=True, help="Also these areas, which are off by default (eu-ai-act).")
@click.option("--ignore", metavar="RULE", multiple=True, help="Not these rules, areas or signals.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="The severity from which the exit code is 1.  [default: error]")
@click.option("--targets", "more", type=click.File(), metavar="FILE", help="Read more targets from a file, one a line; - is stdin.")
@click.option("--author", metavar="NAME", help="Also every model of an author on the Hub.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many of the author's models.")
@click.option("--filter", "tag", metavar="TAG", help="Only the author's models with this tag.")
@click.option("--jobs", type=click.IntRange(1, 64), metavar="N", help="Requests under way together.  [default: 8 online, else 1]")
@click.option(
    "--timeout", type=click.FloatRange(0.1), default=30.0, show_default=True, help="Seconds that a target may wait for the Hub."
)
@click.option("--require-complete", is_flag=True, help="Exit 4 where files of a gated checkpoint were withheld.")
@click.option("--baseline", type=click.Path(path_type=Path), help="Pass over the findings in a file; make it where there is none.")
@click.option("--fix", "mend", is_flag=True, help="Make the mends that are certain, then look again.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="Also mends that a person should look at.")
@click.option("--config", type=click.Path(path_type=Path), help="A configuration file, in place of the nearest one.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to a file.")
@click.option("--no-color", is_flag=True, help="No colours (also with NO_COLOR set).")
@click.option("--why", is_flag=True, help="All evidence: its groups, what was superseded, what could be asked for next.")
@click.option("-v", "--verbose", count=True, help="As --why, and every skipped rule; -vv adds tracebacks.")
@click.option("-q", "--quiet", is_flag=True, help="Findings and errors only.")
@click.pass_context
def scan(context: click.Context, /, targets: tuple[str, ...], format_: str, config: Path | None, **given: Any) -> None:
    """Judge checkpoints and the files that use them.

    A TARGET is a Hub id (org/name, org/name@revision, hf://org/name), a folder, a file, or the address of an
    OpenAI-compatible server (http://127.0.0.1:8000/v1); without one it is the current folder. A
    folder that is a checkpoint and also holds deployment files is read as both.

    Exit codes: 0 clean, 1 findings, 2 misuse, 3 a fault of modelcheck's own, 4 a target that could not be read.
    """
    from modelcheck.commands.loading import load
    from modelcheck.commands.many import collect, progress
    from modelcheck.config import check_names
    from modelcheck.engine.run import Run

    _get_ready(targets)
    settings, plugins = load(config)
    _overrule(settings, given)
    if format_ not in plugins.reporters:
        raise click.BadParameter(f"{format_!r} is none of {', '.join(sorted(plugins.reporters))}", param_hint="--format")
    check_names(settings, plugins.registry)
    reporter, output = plugins.reporters[format_], given["output"]
    style = _style(output, given)
    texts = collect(targets, given, offline=settings.offline) or (".",)
    streams = format_ in STREAMING
    with _writing(output, growing=streams) as write:
        with progress(len(texts)) as step:

            def ended(text: str, part: Report) -> None:
                step(text)
                if streams:
                    write(reporter(part, style))

            jobs = given["jobs"] or (1 if settings.offline else 8)
            report = Run(plugins.registry, plugins, settings, jobs).scan(texts, ended=ended)
        if given["mend"] or given["diff"]:
            mended = _mend(report, given, write)
            report = Run(plugins.registry, plugins, settings, jobs).scan(texts) if mended else report
        if given["baseline"]:
            _pass_over(report, given["baseline"])
        if not streams and not given["diff"]:
            write(reporter(report, style))
    _tell_crashes(report, style)
    context.exit(report.exit_code(settings.fail_on))


def _get_ready(targets: tuple[str, ...]) -> None:
    """Start the process that renders chat templates where a folder may hold one: it takes as long as reading the rules does."""
    likely = ("chat_template.jinja", "tokenizer_config.json", "chat_template.json")
    if any(Path(target, name).is_file() for target in targets or (".",) for name in likely):
        from modelcheck.sandbox.client import prepare

        prepare()


def _pass_over(report: Report, baseline: Path) -> None:
    """Take a baseline's findings out of the report, or write the report's down as one."""
    from modelcheck.engine.baseline import pass_over, write_baseline

    if baseline.exists():
        stale = pass_over(baseline, report)
        if stale:
            click.echo(f"{baseline}: {stale} no longer found; delete the file and run again to write it anew", err=True)
        return
    try:
        write_baseline(baseline, report.findings)
    except OSError as error:
        raise click.FileError(str(baseline), error.strerror or str(error)) from None
    click.echo(f"{baseline}: {len(report.findings)} written down, to be passed over from now on", err=True)
    report.findings = []


def _mend(report: Report, given: dict[str, Any], write: Callable[[str], None]) -> bool:
    """Make the mends, or show them; says on standard error what was done and what was left. Gives whether files were changed."""
    from modelcheck.engine.fixes import plan_fixes

    plan = plan_fixes(report.findings, unsafe=given["unsafe_fixes"])
    if given["diff"]:
        write("".join(plan.diff()).rstrip("\n"))
    else:
        try:
            plan.write()
        except OSError as error:
            raise click.FileError(str(error.filename or ""), error.strerror or str(error)) from None
    for why in plan.left:
        click.echo(why, err=True)
    done = "to mend" if given["diff"] else "mended"
    click.echo(f"{done}: {plan.made} in {len(plan.texts)} {'file' if len(plan.texts) == 1 else 'files'}", err=True)
    return bool(plan.texts) and not given["diff"]


def _overrule(settings: Settings, given: dict[str, Any]) -> None:
    """Put what the command line says over the configuration file's settings."""
    import os

    from modelcheck.findings import Cost, Severity

    if given["select"]:
        settings.select = given["select"]
    settings.profiles += given["profile"]
    settings.ignore |= dict.fromkeys(given["ignore"], "ignored on the command line")
    if given["budget"]:
        settings.budget = Cost[given["budget"].upper()]
    _allow_probe(settings, given)
    if given["fail_on"]:
        settings.fail_on = None if given["fail_on"] == "never" else Severity[given["fail_on"].upper()]
    settings.timeout, settings.model = given["timeout"], given["model"]
    settings.require_complete = given["require_complete"]
    environment_offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")
    settings.offline = settings.offline or given["offline"] or given["locked"] or environment_offline
    beside = settings.origin.parent if settings.origin else Path.cwd()
    lock = Path(os.path.relpath(beside / "modelcheck.lock"))
    if given["locked"] and not lock.is_file():
        raise click.UsageError(f"there is no {lock.name} here: make it with `modelcheck lock`")
    # A run that asks nobody knows from the lock what its names are.
    settings.lock = lock if settings.offline and lock.is_file() else None


def _allow_probe(settings: Settings, given: dict[str, Any]) -> None:
    """What the command line says of running models. Raises UsageError."""
    from modelcheck.findings import Cost
    from modelcheck.probe import ProbeOptions

    if given["probe"] and given["budget"] not in (None, "generate"):
        raise click.UsageError(f"--probe needs --budget generate, not {given['budget']}")
    if given["probe"]:
        settings.budget = Cost.GENERATE
    most = given["max_probe_gb"]
    settings.probe = ProbeOptions(
        given["device"] or "auto",
        int(most * 1e9) if most else None,
        given["probe_timeout"] or 600.0,
        given["trust_remote_code"],
        str(given["base"]) if given["base"] else None,
    )


def _style(output: Path | None, given: dict[str, Any]) -> Style:
    import os
    import sys

    from modelcheck.report import Style

    terminal = output is None and sys.stdout.isatty()
    color = terminal and not given["no_color"] and not os.environ.get("NO_COLOR")
    verbosity = -1 if given["quiet"] else given["verbose"]
    encoding = "utf-8" if output else (getattr(sys.stdout, "encoding", None) or "ascii")
    return Style(color, min(_columns(), 120), verbosity, given["why"] or verbosity > 0, _can_draw(encoding))


def _can_draw(encoding: str) -> bool:
    try:
        "█▐▌│".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def _columns() -> int:
    """The terminal's width: COLUMNS, else what the terminal says, else 80."""
    import os

    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


@contextmanager
def _writing(output: Path | None, *, growing: bool) -> Iterator[Callable[[str], None]]:
    """Gives a function that writes to standard output or to a file, whole lines at a time.

    A ``growing`` file is in place from the start.
    """
    from modelcheck.writing import replacing

    if output is None:
        yield lambda text: click.echo(_writable(text)) if text else None
        return
    try:
        with replacing(output, at_once=growing, streams=True) as file:

            def write(text: str) -> None:
                if text:
                    file.write(f"{text}\n".encode("utf-8", "backslashreplace"))
                    file.flush()

            yield write
    except OSError as error:
        raise click.FileError(str(output), error.strerror or str(error)) from None


def _writable(text: str) -> str:
    """The text with what the terminal's encoding lacks replaced, so that a quotation mark ends no run."""
    import sys

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _tell_crashes(report: Report, style: Style) -> None:
    for details in (*(error.details for error in report.errors), *(checkpoint.details for checkpoint in report.checkpoints)):
        if details and style.verbosity > 1:
            click.echo(details, err=True)
