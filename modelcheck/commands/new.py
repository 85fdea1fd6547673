"""``modelcheck new``."""

from __future__ import annotations

import click


@click.command()
@click.argument("what", metavar="PACK|KIND")
@click.argument("name", metavar="[AREA/NAME]", required=False)
@click.option(
    "--with",
    "kinds",
    metavar="KINDS",
    multiple=True,
    help="Write an example of each of these: rule, signal, fact, reader, source, reporter (a list with commas).  [default: rule]",
)
def new(what: str, name: str | None, kinds: tuple[str, ...]) -> None:
    """Write a new plug-in, or add a part to one.

    A part is a rule, a signal, a fact or a reader. What is written works and has tests: replace the example by your own code.
    Nothing is overwritten.

    \b
    modelcheck new acme-checks                         write the pack acme-checks/, with a rule
    modelcheck new acme-checks --with rule,reporter    with an example of each of these kinds
    modelcheck new rule house/title-shouts             add a rule to the pack in this folder
    """
    from modelcheck.commands.new_pack.names import KINDS

    if what in KINDS:
        _part(what, name, kinds)
    elif name is not None:
        raise click.UsageError(f"to add a part, give its kind: modelcheck new rule {name}. A pack has no second name.")
    else:
        _pack(what, kinds)


def _pack(pack: str, kinds: tuple[str, ...]) -> None:
    from pathlib import Path

    from modelcheck.commands.new_pack.files import pack_files, write_files
    from modelcheck.commands.new_pack.names import read_kinds, read_pack_name

    package, chosen = read_pack_name(pack), read_kinds(kinds) or ("rule",)
    root = Path(pack)
    if root.exists() or root.is_symlink():
        raise click.UsageError(f"{pack} exists already, and modelcheck new overwrites nothing")
    write_files(root, pack_files(pack, package, chosen))
    click.echo(f"wrote {pack}/ with a {', a '.join(chosen)}. Next:\n")
    click.echo(f"  cd {pack} && pip install -e '.[dev]' && pytest && modelcheck plugins")


def _part(kind: str, text: str | None, kinds: tuple[str, ...]) -> None:
    from pathlib import Path

    from modelcheck.commands.new_pack.files import part_files, write_files
    from modelcheck.commands.new_pack.names import read_part_name
    from modelcheck.commands.new_pack.places import find_place

    if kinds:
        raise click.UsageError("--with is for a new pack")
    if kind in ("source", "reporter"):
        raise click.UsageError(
            f"a {kind} is a hook of the whole pack: write a pack with one, and copy it: modelcheck new PACK --with {kind}"
        )
    if text is None:
        raise click.UsageError(f"give the {kind} a name: modelcheck new {kind} AREA/NAME")
    name, place = read_part_name(text), find_place(Path.cwd())
    if place.ours and kind not in ("rule", "signal"):
        raise click.UsageError(f"modelcheck's own {kind}s are not in {place.package}: docs/architecture.md says where they are")
    made = part_files(kind, name, place)
    write_files(place.root, made)
    for path in made:
        click.echo(f"wrote {path}")
    if place.ours and kind == "rule":
        click.echo("Next: python tests/tools/generate_docs.py")
