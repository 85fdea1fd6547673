"""The command. ``--help`` imports click only; each command's work is imported when it runs.

This is the one place where errors become exit codes.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from modelcheck import __version__
from modelcheck.commands.completion import completion
from modelcheck.commands.explain import explain
from modelcheck.commands.lock import lock
from modelcheck.commands.plugins import plugins
from modelcheck.commands.rules import rules
from modelcheck.commands.scan import scan

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Says of an LLM checkpoint whether it is a base model (it completes text) or an instruct model (it answers), checks its
    papers, and finds deployments that point at the wrong one.

    \b
    modelcheck scan meta-llama/Meta-Llama-3-8B     a checkpoint on the Hub
    modelcheck scan ./checkpoint compose.yaml      a local one, and a deployment
    modelcheck explain template/turn-end-not-eos   what a rule looks for, and why
    """


for command in (scan, lock, rules, explain, plugins, completion):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command and exit with the code that ``modelcheck scan --help`` explains."""
    try:
        code = cli.main(prog_name="modelcheck", standalone_mode=False)
    except click.exceptions.Abort:
        code = _INTERRUPTED
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the boundary
        code = _fault(error)
    sys.exit(code if isinstance(code, int) else 0)


def _fault(error: Exception) -> int:
    from modelcheck.errors import ModelcheckError

    known = isinstance(error, ModelcheckError)
    click.echo(f"modelcheck: {error if known else f'internal error: {type(error).__name__}: {error}'}", err=True)
    if _verbose():
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True)
    elif not known:
        click.echo("This is a fault of modelcheck's own. -vv shows where it happened; please report it with that.", err=True)
    code: Any = getattr(error, "exit_code", 3)
    return int(code)


def _verbose() -> bool:
    return (
        any(word == "-vv" or word.startswith("-vvv") for word in sys.argv) or sys.argv.count("-v") + sys.argv.count("--verbose") > 1
    )
