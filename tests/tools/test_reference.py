"""The generated reference pages say what the command and the API have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import get_args

import click
import pytest
from modelcheck import api
from modelcheck.cli import cli
from modelcheck.commands.group import _COMMANDS
from modelcheck.errors import Kind
from modelcheck.facts.model_use import Purpose

from tools.reference import command_line, facts, plug_ins
from tools.schema_page import report_page
from tools.schemas import report_schema
from tools.values import OWN_KINDS

PAGE = command_line()


def commands(command: click.Command = cli, path: str = "modelcheck") -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child
            yield f"{path} {name}", child
            yield from commands(child, f"{path} {name}")


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_command_is_listed_with_every_option(path: str, command: click.Command) -> None:
    section = re.search(rf"^## {re.escape(path)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert section, path
    for option in command.params:
        if isinstance(option, click.Option) and "--help" not in option.opts and not option.hidden:
            assert re.search(rf"^\| `[^`]*{re.escape(option.opts[-1])}\b", section[1], re.MULTILINE), option.opts


def test_the_list_of_commands_has_the_first_sentence_of_each() -> None:
    context = click.Context(cli)
    listed = {name: command.help for name in cli.list_commands(context) if (command := cli.get_command(context, name))}
    assert {name: " ".join((text or "").partition("\n\n")[0].split()) for name, text in listed.items()} == _COMMANDS
    formatter, other = click.HelpFormatter(), click.HelpFormatter()
    cli.format_commands(context, formatter)
    click.Group.format_commands(cli, context, other)
    assert formatter.getvalue() == other.getvalue()


def test_every_public_name_is_on_one_page() -> None:
    named = re.findall(r"^::: modelcheck\.api\.(\w+)$", facts() + plug_ins(), re.MULTILINE)
    assert sorted(named) == sorted({*api.__all__, *api.ON_DEMAND, *api.DEFERRED_FACTS})


def test_every_value_that_a_plugin_may_write_is_listed() -> None:
    section = plug_ins().partition("\n## Values\n")[2].partition("\n## ")[0]
    for kinds in (Purpose, Kind):
        assert [one for one in get_args(kinds) if f"| `{one}` |" not in section and one not in OWN_KINDS] == []
    assert "| `tuple[str, ...]` |" in section


def test_a_fact_has_its_cost_and_its_origin() -> None:
    assert "*Cost weights, files in a local folder.* From the headers of all safetensors files" in facts()


def test_a_fact_says_when_it_is_missing() -> None:
    section = facts().partition("\n## ChatTemplate\n")[2].partition("\n## ")[0]
    assert "*Reasons for missing:* " in section
    assert "no chat template" in section


def test_every_key_of_the_report_is_on_its_page() -> None:
    page = report_page()
    for name, definition in json.loads(report_schema())["$defs"].items():
        for key in definition.get("properties", {}):
            section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
            assert f"\n| `{key}` | " in section, (name, key)
    assert all(f"\n## {name}\n" in page for name in re.findall(r"\]\(#(\w+)\)", page))
