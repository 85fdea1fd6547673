"""Scripts on disk, in files of every kind: which models their commands use, each where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from modelcheck.config import Settings
from modelcheck.engine import files
from modelcheck.engine.run import Run
from modelcheck.facts.model_use import ModelUse
from modelcheck.testing.checking import installed

from conftest import write_tree
from readers.test_containers import uses_on_disk

U = "unknown"
# Name → the file, its text, and (model, line, column, purpose) of what is found. A column of 0 is not known.
CASES: dict[str, tuple[str, str, list[tuple[str, int, int, str]]]] = {
    "a list": (
        "a.sh",
        "for M in acme/A-7B \\\n  acme/B-7B; do\n  vllm serve $M\ndone\n",
        [("acme/A-7B", 1, 10, U), ("acme/B-7B", 2, 3, U)],
    ),
    "an array": (
        "a.sh",
        'MODELS=(acme/A-7B\n  "acme/B-7B")\nfor m in "${MODELS[@]}"; do vllm serve --model="$m"; done\n',
        [("acme/A-7B", 1, 9, U), ("acme/B-7B", 2, 4, U)],
    ),
    "a job array": (
        "a.sbatch",
        'M=(acme/A-7B # one\n  acme/B-7B)\nN=${M[$SLURM_ARRAY_TASK_ID]}\nsrun bash -c "lm_eval --model_args pretrained=$N,x=y"\n',
        [("acme/A-7B", 1, 4, "completion"), ("acme/B-7B", 2, 3, "completion")],
    ),
    "a function": (
        "a.sh",
        'serve() {\n  vllm serve "$1" --port "$2"\n}\nserve acme/A-7B 1\nserve acme/B-7B 2\n',
        [("acme/A-7B", 4, 7, U), ("acme/B-7B", 5, 7, U)],
    ),
    "branches": (
        "a.sh",
        'if [ "$1" = big ]; then\n  M=acme/A-70B\nelse\n  M=acme/B-7B\nfi\nvllm serve $M --tool-call-parser x\n',
        [("acme/A-70B", 2, 5, "chat"), ("acme/B-7B", 4, 5, "chat")],
    ),
    "cases": (
        "a.sh",
        'case $1 in\n  a) M=acme/A-7B C=x;;\n  *) M=acme/B-7B C=y;;\nesac\nvllm serve "$M" --served-model-name $C\n',
        [("acme/A-7B", 2, 8, U), ("acme/B-7B", 3, 8, U)],
    ),
    "a default": ("a.sh", 'vllm serve "${1:-acme/A-7B}" ${EXTRA:---tool-call-parser x}\n', [("acme/A-7B", 1, 18, "chat")]),
    "a message": ("a.sh", 'M=${MODEL:?set org/name}\nvllm serve "$M" ${X:?say acme/B-7B}\n', [("$M", 2, 13, U)]),
    "a default that is set": ("a.sh", ': "${M:=acme/A-7B}"\nvllm serve $M\n', [("acme/A-7B", 1, 9, U)]),
    "a program in a variable": ("a.sh", 'BIN=/opt/vllm\nexec "$BIN" serve acme/A-7B\n', [("acme/A-7B", 2, 19, U)]),
    "a command in an array": (
        "a.sh",
        'CMD=(vllm serve acme/A-7B)\nCMD+=(--tool-call-parser x)\nexec "${CMD[@]}"\n',
        [("acme/A-7B", 1, 17, "chat")],
    ),
    "arguments in a string": (
        "a.sh",
        'ARGS="--model acme/A-7B"\nARGS="$ARGS --tool-call-parser x"\npython -m vllm.entrypoints.openai.api_server $ARGS\n',
        [("acme/A-7B", 1, 15, "chat")],
    ),
    "a subshell and a redirection": (
        "a.sh",
        "(vllm serve acme/A-7B)\nnohup vllm serve acme/B-7B>log 2>&1 &\nX=$(vllm serve acme/C-7B)\n",
        [("acme/A-7B", 1, 13, U), ("acme/B-7B", 2, 18, U), ("acme/C-7B", 3, 16, U)],
    ),
    "scripts in scripts": (
        "a.sh",
        (
            "M=acme/A-7B\nsrun bash -lc -- \"vllm serve $M\"\nssh h 'vllm serve acme/B-7B'\n"
            "docker exec c bash -c 'cd x &&\n  vllm serve acme/C-7B'\n"
        ),
        [("acme/A-7B", 1, 3, U), ("acme/B-7B", 3, 19, U), ("acme/C-7B", 5, 14, U)],
    ),
    "wrappers": (
        "a.sh",
        (
            "uv run vllm serve acme/A-7B\nenv X=1 sudo -E time vllm serve acme/B-7B\n"
            "accelerate launch t.py --model_name_or_path acme/C-7B\ncommand vllm serve acme/D-7B\n"
        ),
        [
            ("acme/A-7B", 1, 19, U),
            ("acme/B-7B", 2, 33, U),
            ("acme/C-7B", 3, 45, "finetune"),
            ("acme/D-7B", 4, 20, U),
        ],
    ),
    "what is only printed": ("a.sh", "echo vllm serve acme/A-7B\nprintf '%s' vllm serve acme/A-7B\n", []),
    "what is not known": ("a.sh", 'vllm serve "$UNSET"\nvllm serve $(cat x)\n', [("$UNSET", 1, 13, U), ("$(cat x)", 2, 12, U)]),
    "an engine's own variable": (
        "a.sh",
        "for MODEL_ID in acme/A-7B acme/B-7B; do\n  export MODEL_ID\n  text-generation-launcher\ndone\n",
        [("acme/A-7B", 1, 17, U), ("acme/B-7B", 1, 27, U)],
    ),
    "a script that is broken": (
        "a.sh",
        "vllm serve acme/A-7B\nif then ((\nvllm serve acme/B-7B\n",
        [
            ("acme/A-7B", 1, 12, U),
            ("acme/B-7B", 3, 12, U),
        ],
    ),
    "letters of other scripts": ("a.sh", "# é\nM='é' vllm serve acme/A-7B # ü\n", [("acme/A-7B", 2, 18, U)]),
    "line ends of Windows": ("a.sh", "vllm serve \\\r\n  acme/A-7B\r\n", [("acme/A-7B", 2, 3, U)]),
    "a request": (
        "a.sh",
        'curl -s localhost:1/v1/chat/completions \\\n  -d @- <<EOF\n{"model": "acme/A-7B"}\nEOF\n',
        [("acme/A-7B", 3, 12, "chat")],
    ),
    "a request in double quotes": (
        "a.sh",
        'curl localhost:1/v1/completions -d "{\\"model\\": \\"acme/A-7B\\"}"\n',
        [("acme/A-7B", 1, 51, "completion")],
    ),
    "a Makefile": (
        "Makefile",
        (
            "M ?= acme/A-7B\n\nserve:\n\t@vllm serve $(M)\n\tfor m in acme/B-7B acme/C-7B; do \\\n"
            "\t  vllm serve $$m; done\n\tvllm serve $(N)\n"
        ),
        [("acme/A-7B", 1, 6, U), ("acme/B-7B", 5, 11, U), ("acme/C-7B", 5, 21, U), ("$(N)", 7, 0, U)],
    ),
    "RUN of a Dockerfile": (
        "Dockerfile",
        "FROM x\nARG M=acme/A-7B\nRUN hf download $M && \\\n    hf download acme/B-7B\n",
        [("acme/A-7B", 2, 7, U), ("acme/B-7B", 4, 17, U)],
    ),
    "heredocs of a Dockerfile": (
        "Dockerfile",
        (
            "FROM x\nRUN <<EOF\nhf download acme/A-7B\nEOF\nCOPY <<EOF /app/run.sh\nvllm serve acme/B-7B\nEOF\n"
            'RUN python - <<EOF\nfrom vllm import LLM\nLLM(\'acme/C-7B\')\nEOF\nCMD ["sh", "-c", "vllm serve acme/D-7B"]\n'
        ),
        [("acme/A-7B", 3, 13, U), ("acme/B-7B", 6, 12, U), ("acme/C-7B", 10, 6, U), ("acme/D-7B", 12, 30, U)],
    ),
    "a block of YAML": (
        "ci.yaml",
        "run: |\n  for m in acme/A-7B acme/B-7B; do\n    vllm serve $m\n  done\n",
        [("acme/A-7B", 2, 12, U), ("acme/B-7B", 2, 22, U)],
    ),
    "folded YAML": ("ci.yaml", "run: >-\n  M=acme/A-7B\n  vllm serve\n  acme/B-7B\n", [("acme/B-7B", 4, 3, U)]),
    "quoted YAML": ("ci.yaml", 'run: "cd x && vllm serve acme/A-7B --x \\"y\\""\n', [("acme/A-7B", 1, 26, U)]),
    "Compose": (
        "compose.yaml",
        (
            "services:\n  a:\n    image: x\n    command:\n      - bash\n      - -c\n      - |\n"
            "        for m in acme/A-7B; do\n          vllm serve $$m\n        done\n"
        ),
        [("acme/A-7B", 8, 18, U)],
    ),
    "Kubernetes": (
        "pod.yaml",
        (
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x\n    env: [{name: M, value: acme/A-7B}]\n"
            '    command: [sh, -c, \'vllm serve "$M" "$@"\', --]\n    args: [--tool-call-parser, x]\n'
        ),
        [("acme/A-7B", 6, 28, "chat")],
    ),
    "Kubernetes' own variables": (
        "pod.yaml",
        (
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: x\n    env: [{name: M, value: acme/A-7B}]\n"
            '    command: [sh, -c, "vllm serve \\"$(M)\\" --x ${P:-1}"]\n'
        ),
        [("acme/A-7B", 6, 28, U)],
    ),
    "a workflow": ("ci.yaml", "run: vllm serve ${{ matrix.m }} --port 1\n", [("${{matrix.m}}", 1, 17, U)]),
    "Markdown": ("a.md", "```console\n$ M=acme/A-7B\n$ vllm serve $M\nready\n```\n", [("acme/A-7B", 2, 5, U)]),
    "a notebook": (
        "a.ipynb",
        '{"cells": [{"cell_type": "code", "source": ["%%bash\\n", "M=acme/A-7B\\n", "vllm serve \\"$M\\""]}]}\n',
        [("acme/A-7B", 1, 60, U)],
    ),
    "a unit": (
        "a.service",
        "[Service]\nEnvironment=M=acme/A-7B\nExecStart=/bin/sh -c 'exec vllm serve ${M}'\n",
        [("acme/A-7B", 2, 15, U)],
    ),
    "PowerShell": ("a.ps1", '$M = "acme/A-7B"\ndocker run vllm/vllm-openai `\n  --model $M\n', [("acme/A-7B", 1, 7, U)]),
}


def scan(folder: Path) -> list[ModelUse]:
    report = Run(installed().registry, installed(), Settings(offline=True)).scan([str(folder)])
    return [reported.use for reported in report.uses]


@pytest.mark.parametrize("case", CASES)
def test_the_uses_of_a_script(case: str, tmp_path: Path) -> None:
    path, text, expected = CASES[case]
    found = sorted(uses_on_disk(tmp_path / "tree", path, text), key=lambda use: (use.at.line or 0, use.at.column or 0))
    assert [(use.model, use.at.line, use.at.column or 0, use.purpose) for use in found] == expected
    for use in found:
        if use.at.column:
            line = text.replace("\r\n", "\n").split("\n")[(use.at.line or 0) - 1]
            assert line[use.at.column - 1 : (use.at.end_column or 0) - 1] in (use.model, use.written)


INTERPRETERS = {
    "#!/bin/sh\n": True,
    "#!/usr/bin/env bash\n": True,
    "#! /usr/bin/env -S zsh -e\n": True,
    "#!/bin/bash -l\n": True,
    "#!/usr/bin/fish\n": False,
    "#!/usr/bin/env node\n": False,
    "": False,
    "#!/bin/bashful\n": False,
}


@pytest.mark.parametrize("first", INTERPRETERS)
def test_a_script_without_a_suffix_is_known_by_its_first_line(first: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {"bin/serve": f"{first}vllm serve acme/A-7B\n", "LICENSE": "vllm serve acme/B-7B\n"})
    found = scan(tmp_path)
    assert [(use.model, use.at.line) for use in found] == ([("acme/A-7B", 2)] if INTERPRETERS[first] else [])


def test_python_without_a_suffix(tmp_path: Path) -> None:
    write_tree(tmp_path, {"serve": "#!/usr/bin/env python3\nfrom vllm import LLM\nLLM('acme/A-7B')\n"})
    assert [(use.model, use.at.line) for use in scan(tmp_path)] == [("acme/A-7B", 3)]


def test_the_first_lines_of_only_so_many_files_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_WITHOUT_SUFFIX", 3)
    write_tree(tmp_path, {f"s{number}": "#!/bin/sh\nvllm serve acme/A-7B\n" for number in range(9)})
    assert len(scan(tmp_path)) == 3


SOURCED = {
    "an environment file": ("source ./x.env", {"x.env": "export M=acme/A-7B\n"}, ("x.env", 1, 10)),
    "a dot": (". x.env", {"x.env": "#\nM='acme/A-7B'\n"}, ("x.env", 2, 4)),
    "all exported": ("set -a; source x.env; set +a", {"x.env": "M=acme/A-7B\n"}, ("x.env", 1, 3)),
    "a script": ("source ../conf.sh", {"conf.sh": "O=acme\nM=${M:-$O/A-7B}\n"}, ("conf.sh", 2, 3)),
    "a folder of its own": ('source "a/x.env"', {"run/a/x.env": "M=acme/A-7B\n"}, ("run/a/x.env", 1, 3)),
    "if it exists": ("[ -f x.env ] && . ./x.env", {"x.env": "M=acme/A-7B\n"}, ("x.env", 1, 3)),
}


@pytest.mark.parametrize("case", SOURCED)
def test_variables_of_a_file_that_a_script_sources(case: str, tmp_path: Path) -> None:
    line, others, place = SOURCED[case]
    folder = "" if case not in ("a script", "a folder of its own") else "run/"
    write_tree(tmp_path, {f"{folder}a.sh": f"{line}\nvllm serve $M --tool-call-parser x\n", **others})
    (use,) = scan(tmp_path)
    assert (use.model, use.purpose) == ("acme/A-7B", "chat")
    assert (Path(use.at.path).resolve(), use.at.line, use.at.column) == (tmp_path / place[0], *place[1:])


@pytest.mark.parametrize("line", ["source ../../x.env", "source /etc/x.env", "source missing.env", "source $D/x.env", "source"])
def test_a_file_outside_of_the_tree_is_not_read(line: str, tmp_path: Path) -> None:
    write_tree(tmp_path, {"tree/a.sh": f"{line}\nvllm serve $M\n", "x.env": "M=acme/A-7B\n"})
    assert [use.model for use in scan(tmp_path / "tree")] == ["$M"]
