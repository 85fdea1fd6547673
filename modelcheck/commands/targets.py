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
        found += _models_of(options.author, options.limit, options.tag)
    elif options.limit or options.tag:
        raise click.UsageError("--limit and --filter can only be used with --author")
    if not found and (options.more_targets or options.author):
        raise click.UsageError("no targets: the list is empty")
    return tuple(dict.fromkeys(found)) or (".",)


def _models_of(author: str, limit: int | None, tag: str | None) -> list[str]:
    from huggingface_hub import HfApi

    from modelcheck.errors import TargetError

    try:
        return [model.id for model in HfApi(library_name="modelcheck").list_models(author=author, limit=limit, filter=tag)]
    except (OSError, ValueError) as error:
        raise TargetError("unreadable", f"cannot list the models of {author}: {_first_line(error)}") from None
    except Exception as error:
        if not type(error).__module__.startswith(("httpx", "httpcore")):
            raise
        raise TargetError("offline", f"cannot list the models of {author}: the Hub cannot be reached") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
