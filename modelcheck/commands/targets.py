"""The targets of a scan: named on the command line, listed in a file, published by an author on the Hub."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from modelcheck.commands.options import ScanOptions
from modelcheck.piped import read_named

_STDIN = Path("-")
_LARGEST = 64 * 2**20


def all_targets(options: ScanOptions, *, offline: bool) -> tuple[str, ...]:
    """Every target once, in order: the command line's, those of ``--targets``, the author's; the current folder if none is named.

    Raises UsageError for ``--author`` without the network, for a list that is empty or cannot be read, and where standard input is
    both the list and a target; TargetError where the Hub cannot be read.
    """
    found = list(options.targets)
    if options.more_targets:
        lines = [line.strip() for line in _text(options.more_targets).splitlines()]
        found += [line for line in lines if line and not line.startswith("#")]
        if options.more_targets == _STDIN and any(one in ("-", "/dev/stdin") for one in found):
            raise click.UsageError("standard input is the list of targets (--targets -); it cannot be a target (-) as well")
    if options.author:
        if offline:
            raise click.UsageError("--author needs the network; it cannot be used with --offline")
        from modelcheck.sources import Access
        from modelcheck.sources.hub_models import models_of

        found += models_of(options.author, options.tag, options.limit, Access(network=True, timeout=options.timeout))
    elif options.limit or options.tag:
        raise click.UsageError("--limit and --filter can only be used with --author")
    if not found and (options.more_targets or options.author):
        raise click.UsageError("no targets: the list is empty")
    return tuple(dict.fromkeys(found)) or (".",)


def _text(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read(_LARGEST) if file == _STDIN else read_named(file, _LARGEST)
        return content.decode()
    except OSError as error:
        raise click.UsageError(f"--targets {file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise click.UsageError(f"--targets {file}: line {line}: not UTF-8") from None
