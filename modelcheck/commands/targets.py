"""The targets of a scan: named on the command line, listed in a file, published by an author on the Hub."""

from __future__ import annotations

import click

from modelcheck.commands.options import ScanOptions


def all_targets(options: ScanOptions, *, offline: bool) -> tuple[str, ...]:
    """Every target once, in order: the command line's, those of ``--targets``, the author's; the current folder if none is named.

    Raises UsageError for ``--author`` without the network and for a list that is empty, TargetError where the Hub cannot be read.
    """
    found = list(options.targets)
    if options.more_targets:
        lines = (line.strip() for line in options.more_targets)
        found += [line for line in lines if line and not line.startswith("#")]
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
