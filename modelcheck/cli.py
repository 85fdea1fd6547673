"""The command line. ``--help`` imports click only; a command imports the rest when it runs.

Errors become exit codes here and nowhere else.
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
    """Detect whether an LLM checkpoint is a base model, which completes text, or an instruct model, which answers; check its
    config, tokenizer, chat template and model card; find deployments that use the wrong kind of model.

    \b
    modelcheck scan meta-llama/Meta-Llama-3-8B     scan a checkpoint on the Hub
    modelcheck scan ./checkpoint compose.yaml      scan local files
    modelcheck explain template/turn-end-not-eos   show what a rule reports
    """


for command in (scan, lock, rules, explain, plugins, completion):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command; exit with one of the codes that ``modelcheck scan --help`` lists."""
    try:
        code = cli.main(prog_name="modelcheck", standalone_mode=False)
    except click.exceptions.Abort:
        code = _INTERRUPTED
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:  # the reader of the output has exited, as `head` does
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
        click.echo("This is a bug in modelcheck. Please report it with the output of -vv.", err=True)
    code: Any = getattr(error, "exit_code", 3)
    return int(code)


def _verbose() -> bool:
    return (
        any(argument == "-vv" or argument.startswith("-vvv") for argument in sys.argv)
        or sys.argv.count("-v") + sys.argv.count("--verbose") > 1
    )
