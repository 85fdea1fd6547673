"""Variables of the files that a script sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import uses_of

SERVE = 'vllm serve "$W" --tool-call-parser hermes\n'


@pytest.mark.parametrize(
    "line",
    [
        'source "$(dirname "$0")/own.sh"',
        '. "$(dirname "${BASH_SOURCE[0]}")/own.sh"',
        'source "${0%/*}/own.sh"',
        'source "${BASH_SOURCE%/*}/own.sh"',
        'DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\nsource "$DIR/own.sh"',
        'source "$SCRIPT_DIR/own.sh"',
        "source own.sh",
        "set -a; source scripts/own.sh; set +a",  # from the folder that it is run in
    ],
)
def test_the_usual_ways_to_name_a_file(line: str, tmp_path: Path) -> None:
    files = {"scripts/run.sh": f"#!/bin/bash\n{line}\n{SERVE}", "scripts/own.sh": "W=acme/Ivy-7b\n"}
    assert uses_of(tmp_path, files) == {("scripts/own.sh", 1, "acme/Ivy-7b", "chat")}


@pytest.mark.parametrize("line", ["source ../../own.sh", 'source "$ELSEWHERE/own.sh"', 'source "$(cat where)/own.sh"'])
def test_what_is_not_known_stays_unresolved(line: str, tmp_path: Path) -> None:
    files = {"t/scripts/run.sh": f"{line}\n{SERVE}", "t/scripts/own.sh": "W=acme/Ivy-7b\n", "own.sh": "W=acme/Oak-9b\n"}
    found = {
        one for one in uses_of(tmp_path / "t", {path.removeprefix("t/"): text for path, text in files.items()}) if one[3] == "chat"
    }
    assert found == {("scripts/run.sh", 2, "$W", "chat")}


POD = (
    "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: vllm/vllm-openai\n    args: [--model, %s, --tool-call-parser, x]\n"
)
COMPOSE = "services:\n  llm:\n    image: vllm/vllm-openai\n    command: --model %s --tool-call-parser x\n"


@pytest.mark.parametrize(
    ("script", "line", "model"),
    [
        (f"W=acme/Ivy-7b\ncat <<EOF | kubectl apply -f -\n{POD % '$W'}EOF\n", 1, "acme/Ivy-7b"),
        (f"W=acme/Ivy-7b\nkubectl apply -f - <<-EOF\n{POD % '${W}'}EOF\n", 1, "acme/Ivy-7b"),
        (f"cat > compose.yaml <<EOF\n{COMPOSE % '${W:-acme/Ivy-7b}'}EOF\n", 5, "acme/Ivy-7b"),
        (f"W=acme/Ivy-7b\ncat > compose.yaml <<'EOF'\n{COMPOSE % '$W'}EOF\n", 6, "$W"),  # nothing is replaced in it
        (f"W=acme/Ivy-7b\ncat > compose.yaml <<EOF\n{COMPOSE % '$OTHER'}EOF\n", 6, "$OTHER"),
    ],
)
def test_variables_in_a_heredoc(script: str, line: int, model: str, tmp_path: Path) -> None:
    assert ("run.sh", line, model, "chat") in uses_of(tmp_path, {"run.sh": script})


FLAGS = "--enable-auto-tool-choice --tool-call-parser hermes"


@pytest.mark.parametrize(
    ("lines", "purpose"),
    [
        (f'if [[ "$M" == *instruct* ]]; then F="{FLAGS}"; fi', "unknown"),  # of models with another name
        (f'F="--port 1"\nif [[ $M =~ instruct ]]; then F="$F {FLAGS}"; fi', "unknown"),
        (f'case "$M" in\n*instruct*) F="{FLAGS}" ;;\n*) F="--port 1" ;;\nesac', "unknown"),
        (f'if echo "$M" | grep -q instruct; then F="{FLAGS}"; fi', "unknown"),
        (f'[[ $M == *instruct* ]] && F="{FLAGS}"', "unknown"),
        (f'if [[ "$M" == *instruct* ]]; then F=x; fi\nF="{FLAGS}"', "chat"),  # set again
        (f'if [ "$MODE" = chat ]; then F="{FLAGS}"; fi', "chat"),
        (f'if [ -n "$M" ]; then F="{FLAGS}"; fi', "chat"),
        (f'case "$1" in\nchat) F="{FLAGS}" ;;\nesac', "chat"),
    ],
)
def test_flags_that_depend_on_the_models_name_are_not_of_every_model(lines: str, purpose: str, tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"run.sh": f"M=acme/Ivy-7b\n{lines}\nvllm serve $M $F\n"}) == {("run.sh", 1, "acme/Ivy-7b", purpose)}
