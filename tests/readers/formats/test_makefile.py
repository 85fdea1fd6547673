"""Makefiles and justfiles: variables of other files, of later lines and of recipes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from readers.assembly.trees import Told, report_of, uses_of

SERVE = "serve:\n\tvllm serve $(MODEL) --tool-call-parser hermes\n"

TREES: Mapping[str, tuple[Mapping[str, str], set[Told]]] = {
    "an included file": (
        {"Makefile": f"include config.mk\n{SERVE}", "config.mk": "MODEL ?= acme/Ivy-7b\n"},
        {("config.mk", 1, "acme/Ivy-7b", "chat")},
    ),
    "a path with a variable, a file that is not there, and files that include one another": (
        {
            "Makefile": f"DIR = mk\n-include none.mk $(DIR)/a.mk\n{SERVE}",
            "mk/a.mk": "include mk/b.mk\nMODEL := $(ORG)/Ivy-7b\n",
            "mk/b.mk": "include mk/a.mk Makefile\nORG := acme\n",
        },
        {("mk/a.mk", 2, "acme/Ivy-7b", "chat")},
    ),
    "a variable after the rule": ({"Makefile": f"{SERVE}MODEL := acme/Ivy-7b\n"}, {("Makefile", 3, "acme/Ivy-7b", "chat")}),
    "a file outside of the tree": (
        {"Makefile": f"include ../config.mk\nMODEL ?= acme/Ivy-7b\n{SERVE}"},
        {("Makefile", 2, "acme/Ivy-7b", "chat")},
    ),
    "a docker format and a shell variable": (
        {"Makefile": f"MODEL = acme/Ivy-7b\nps:\n\t@docker ps --format '{{{{.Names}}}}'; echo $$MODEL\n{SERVE}"},
        {("Makefile", 1, "acme/Ivy-7b", "chat")},
    ),
    "just": (
        {"justfile": 'model := "acme/Ivy-7b"\n\nserve:\n    vllm serve {{ model }} --tool-call-parser hermes\n'},
        {("justfile", 1, "acme/Ivy-7b", "chat")},
    ),
    "a parameter of a recipe": (
        {"justfile": "serve model=\"acme/Ivy-7b\" port='1': build\n    vllm serve {{model}} --tool-call-parser hermes\n"},
        {("justfile", 1, "acme/Ivy-7b", "chat")},
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_what_a_recipe_serves(name: str, tmp_path: Path) -> None:
    files, expected = TREES[name]
    assert uses_of(tmp_path, files) == expected


def test_the_recipe_is_shown_with_a_mistake_that_another_file_makes(tmp_path: Path) -> None:
    files = {"Makefile": f"include config.mk\n{SERVE}", "config.mk": "MODEL = acme/Ivy-7B-Base\n"}
    (found,) = [one for one in report_of(tmp_path, files)["findings"] if one["severity"] == "error"]
    assert Path(found["at"]["path"]).name == "config.mk"
    assert [(Path(one["at"]["path"]).name, one["at"]["line"]) for one in found["related"]] == [("Makefile", 3)]


def test_the_script_is_shown_with_a_mistake_in_a_file_that_it_sources(tmp_path: Path) -> None:
    files = {"run.sh": ". ./env.sh\nvllm serve $MODEL --tool-call-parser hermes\n", "env.sh": "MODEL=acme/Ivy-7B-Base\n"}
    (found,) = [one for one in report_of(tmp_path, files)["findings"] if one["severity"] == "error"]
    assert Path(found["at"]["path"]).name == "env.sh"
    assert [(Path(one["at"]["path"]).name, one["at"]["line"]) for one in found["related"]] == [("run.sh", 2)]
