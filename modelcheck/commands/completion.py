"""``modelcheck completion``."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  eval "$(modelcheck completion bash)"    in ~/.bashrc
    zsh:   eval "$(modelcheck completion zsh)"     in ~/.zshrc
    fish:  modelcheck completion fish > ~/.config/fish/completions/modelcheck.fish
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"this click knows no completion for {shell}")
    root = click.get_current_context().find_root()
    click.echo(made(root.command, {}, "modelcheck", "_MODELCHECK_COMPLETE").source())
