"""What a finding advertises as a fix is made by ``--fix --unsafe-fixes``, or the fix says why it has to be made by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from modelcheck.plugins import Plugins
from modelcheck.testing.checking import example

from conftest import Command, write_tree
from rules.cases import card

RULES = Plugins().registry.rules
MAKES_A_FIX = re.compile(r"\bfix=|\bFix\(")
WITHOUT = {"deploy/instruct-behind-completion"}  # the family of its example has no convention for the name of the base model
ADVERTISED = sorted(
    {name for name, rule in RULES.items() if MAKES_A_FIX.search(Path(rule.function.__code__.co_filename).read_text("utf-8"))}
    - WITHOUT
)
OTHERS = {
    "a misspelt library": {"README.md": card("license: mit\nlibrary_name: transfomers")},
    "an abbreviated task": {"README.md": card("license: mit\npipeline_tag: text-gen")},
    "a misspelt task": {"README.md": card("license: mit\npipeline_tag: text-generaton")},
    "a misspelt license": {"README.md": card("license: apache-2.1")},
    "a license as a block of text": {"README.md": card("license: >-\n  Apache 2.0")},
    "a license behind an anchor": {"README.md": card("license: &a Apache 2.0\nlicense_name: *a")},
    "a task between quotation marks": {"README.md": card('license: mit\npipeline_tag: "Text Generation"')},
    "a language by its name": {"README.md": card("license: mit\nlanguage: [english, 'norwegian']")},
    "a model in a variable": {"run.sh": "MODEL=${MODEL:-meta-llama/Meta-Llama-3-8B}\nvllm serve $MODEL --tool-call-parser x\n"},
    "a model in a default": {"run.sh": "vllm serve ${MODEL:-meta-llama/Meta-Llama-3-8B} --tool-call-parser x\n"},
    "a model in two parts": {"run.sh": "ORG=meta-llama\nvllm serve $ORG/Meta-Llama-3-8B --tool-call-parser x\n"},
    "a model with a revision": {"run.sh": "vllm serve meta-llama/Meta-Llama-3-8B --revision abc --tool-call-parser x\n"},
    "a model in a composed default": {
        "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n"
        '    command: ["--model", "${MODEL:-meta-llama/Meta-Llama-3-8B}", "--tool-call-parser", "x"]\n'
    },
    "an escaped model": {
        "compose.yaml": "services:\n  a:\n    image: vllm/vllm-openai\n"
        '    command: "--model meta-llama\\u002FMeta-Llama-3-8B --tool-call-parser x"\n'
    },
}


def fixes(modelcheck: Command, folder: Path) -> tuple[int, int, int]:
    """Advertised as made, by hand, and then made."""
    found = modelcheck("scan", ".", "--offline", "--format", "json", "--budget", "weights", cwd=folder).json["findings"]
    advertised = [one["fix"] for one in found if one["fix"]]
    hand = [fix for fix in advertised if not fix["edits"]]
    assert all("by hand: " in fix["title"] for fix in hand)
    assert all(one["fix"] for one in found if "did you mean" in one["message"])
    done = modelcheck("scan", ".", "--offline", "--fix", "--unsafe-fixes", "--budget", "weights", cwd=folder)
    made = int(done.err.partition("fixed: ")[2].split()[0])
    assert made == sum(len(fix["edits"]) for fix in advertised), done.err
    return len(advertised) - len(hand), len(hand), made


@pytest.mark.parametrize("rule", ADVERTISED)
def test_the_fix_of_a_rule_is_made(rule: str, modelcheck: Command, tmp_path: Path) -> None:
    files, name, _ = example(rule, "Bad")
    advertised, by_hand, made = fixes(modelcheck, write_tree(tmp_path / name.replace("/", "-"), files))
    assert advertised + by_hand
    assert made >= advertised


@pytest.mark.parametrize("what", OTHERS)
def test_a_fix_is_made_or_says_why_not(what: str, modelcheck: Command, tmp_path: Path) -> None:
    advertised, by_hand, _ = fixes(modelcheck, write_tree(tmp_path / "x", OTHERS[what]))
    assert advertised + by_hand
