"""The command line. ``--help`` imports click only; a command imports the rest when it runs.

Errors become exit codes here and nowhere else.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from modelcheck.commands.group import Commands
from modelcheck.version import VERSION

_INTERRUPTED = 130
_FEW_COLLECTIONS = (50_000, 20, 100)
"""A run keeps nearly all that it makes. By its default thresholds Python would search it for cycles for a tenth of the time."""
_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, "-V", "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Detect whether an LLM checkpoint is a base model, which completes text, or an instruct model, which answers; check its
    config, tokenizer, chat template and model card; find deployments that use the wrong kind of model.

    \b
    modelcheck scan meta-llama/Meta-Llama-3-8B     scan a checkpoint on the Hub
    modelcheck scan ./checkpoint compose.yaml      scan local files
    modelcheck explain template/turn-end-not-eos   show what a rule reports
    """


def main() -> NoReturn:
    """Run the command; exit with one of the codes that ``modelcheck scan --help`` lists."""
    gc.set_threshold(*_FEW_COLLECTIONS)
    for name in ("stdout", "stderr"):  # Python has none where it is closed
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - --help needs no pathlib
    try:
        code = cli.main(prog_name="modelcheck", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        code = _INTERRUPTED
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except click.ClickException as error:
        message = io.StringIO()
        error.show(message)
        _tell(message.getvalue().rstrip("\n"))
        code = error.exit_code
    except BrokenPipeError:  # the reader of the output has exited, as `head` does
        _drop_output()
        code = 0
    except Exception as error:  # noqa: BLE001 - the boundary
        code = _fault(error)
    gc.freeze()  # else Python searches all that the run kept for cycles before it ends: a tenth of a hook's time
    sys.exit(code if isinstance(code, int) else 0)


def _drop_output() -> None:
    """Keep Python from writing at its end what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(text: str) -> None:
    """Write to standard error, if that is possible."""
    from modelcheck.commands.output import say

    with suppress(OSError):
        say(text, error=True)


def _fault(error: Exception) -> int:
    if isinstance(error, OSError) and error.errno in _CANNOT_WRITE and error.filename is None:
        _drop_output()
        _tell(f"modelcheck: cannot write the output: {error.strerror}")
        return 2
    if isinstance(error, FileNotFoundError) and not _has_working_folder():
        _tell("modelcheck: the working folder does not exist any more: change to another one")
        return 2
    from modelcheck.errors import ModelcheckError

    known = isinstance(error, ModelcheckError)
    _tell(f"modelcheck: {error if known else f'internal error: {type(error).__name__}: {error}'}")
    if _verbose():
        import traceback

        _tell("".join(traceback.format_exception(error)))
    elif not known:
        _tell("This is a bug in modelcheck. Please report it with the output of -vv.")
    code: Any = getattr(error, "exit_code", 3)
    return int(code)


def _has_working_folder() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - as above
    except FileNotFoundError:
        return False
    return True


def _verbose() -> bool:
    return (
        any(argument == "-vv" or argument.startswith("-vvv") for argument in sys.argv)
        or sys.argv.count("-v") + sys.argv.count("--verbose") > 1
    )
