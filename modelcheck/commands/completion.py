"""``modelcheck completion``."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  eval "$(modelcheck completion bash)"    in ~/.bashrc
    zsh:   eval "$(modelcheck completion zsh)"     in ~/.zshrc
    fish:  modelcheck completion fish > ~/.config/fish/completions/modelcheck.fish
    """
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    if completer is None:
        raise click.UsageError(f"the installed version of click has no completion for {shell}")
    root = click.get_current_context().find_root()
    click.echo(completer(root.command, {}, "modelcheck", "_MODELCHECK_COMPLETE").source())
