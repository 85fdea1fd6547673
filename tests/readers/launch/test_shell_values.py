"""What shell text makes of values: shortened and changed ones, elements by key, what ``read`` and ``echo`` give."""

from __future__ import annotations

from pathlib import Path

import pytest

from readers.assembly.trees import uses_of

SERVED = -1
# The lines before the command, what the command serves, and each model with its line, or SERVED for that of the command.
VALUES: dict[str, tuple[str, str, set[tuple[int, str]]]] = {
    "without an end": ("M=acme/Ivy-7b.tar", '"${M%.tar}"', {(1, "acme/Ivy-7b")}),
    "without the shortest end": ("M=acme/Ivy-7b-a-b", "${M%-*}", {(1, "acme/Ivy-7b-a")}),
    "without the longest end": ("M=acme/Ivy:7b:x", "${M%%:*}", {(1, "acme/Ivy")}),
    "without a beginning": ("M=hub/acme/Ivy-7b", "${M#*/}", {(1, "acme/Ivy-7b")}),
    "without the longest beginning": ("M=/mnt/x/Ivy-7b", '"acme/${M##*/}"', {(SERVED, "acme/Ivy-7b")}),
    "without a pattern in a variable": ("P=x-\nM=x-acme/Ivy-7b", '${M#"$P"}', {(2, "acme/Ivy-7b")}),
    "an end that is not there": ("M=acme/Ivy-7b", "${M%.tar}", {(1, "acme/Ivy-7b")}),
    "replaced once": ("M=acme_Ivy_7b", "${M/_//}", {(1, "acme/Ivy_7b")}),
    "replaced everywhere": ("M=acme--Ivy-7b", '"${M//--//}"', {(1, "acme/Ivy-7b")}),
    "replaced at the beginning": ("M=x/Ivy-7b", "${M/#x/acme}", {(1, "acme/Ivy-7b")}),
    "replaced at the end": ("M=acme/Ivy-x", "${M/%x/7b}", {(1, "acme/Ivy-7b")}),
    "left out": ("M=acme/Ivy-7b.tar", "${M/.tar}", {(1, "acme/Ivy-7b")}),
    "an escaped slash": ("M=acme_Ivy-7b", r"${M/_/\/}", {(1, "acme/Ivy-7b")}),
    "an escaped slash in the pattern": ("M=acme/Ivy/7b", r'"hub/${M//\//-}"', {(SERVED, "hub/acme-Ivy-7b")}),
    "an escaped slash, and nothing for it": ("M=/mnt/Ivy-7b", r"acme${M/\/mnt}", {(SERVED, "acme/Ivy-7b")}),
    "beside what is to be filled in": ("export T=<your token>\nM=acme/Ivy-7b", '"$M" --api-key <the key>', {(2, "acme/Ivy-7b")}),
    "lower case": ("M=Acme/Ivy-7B", '"${M,,}"', {(1, "acme/ivy-7b")}),
    "upper case": ("M=acme/ivy-7b", "${M^^}", {(1, "ACME/IVY-7B")}),
    "its beginning": ("M=acme/Ivy-7b-old", '"${M:0:11}"', {(1, "acme/Ivy-7b")}),
    "from a place": ("M=hub/acme/Ivy-7b", "${M:4}", {(1, "acme/Ivy-7b")}),
    "without its end by number": ("M=acme/Ivy-7b.tar", "${M:0:-4}", {(1, "acme/Ivy-7b")}),
    "its end by number": ("M=hub/acme/Ivy-7b", '"${M: -11}"', {(1, "acme/Ivy-7b")}),
    "its end by number in brackets": ("M=hub/acme/Ivy-7b", '"${M:(-11):11}"', {(1, "acme/Ivy-7b")}),
    "a part of a variable length": ("M=acme/Ivy-7b\nN=4", '"${M:0:N}"', {(SERVED, "${M:0:N}")}),
    "more than there is": ("M=acme/Ivy-7b", '"${M:40}"', {(SERVED, "${M:40}")}),
    "a part of an array": ("M=(x acme/Ivy-7b y)", '"${M[@]:1:1}"', {(1, "acme/Ivy-7b")}),
    "by the name in a variable": ("A=acme/Ivy-7b\nB=acme/Oak-9b\nN=B", '"${!N}"', {(2, "acme/Oak-9b")}),
    "assigned by the name in a variable": ("A=acme/Ivy-7b\nN=A\nM=${!N}", "$M", {(1, "acme/Ivy-7b")}),
    "by a name that is put together": ("IVY_MODEL=acme/Ivy-7b\nN=IVY\nV=${N}_MODEL", "${!V}", {(1, "acme/Ivy-7b")}),
    "by a name that nothing sets": ("N=$1", '"${!N}"', {(SERVED, "${!N}")}),
    "lines of a heredoc": ("mapfile -t T <<'X'\nacme/Ivy-7b\nacme/Oak-9b\nX", '"${T[1]}"', {(3, "acme/Oak-9b")}),
    "lines of a text": ('L=acme/Ivy-7b\nreadarray -t T <<< "$L"', '"${T[0]}"', {(1, "acme/Ivy-7b")}),
    "lines that are numbered": ("mapfile -s 1 -t T <<'X'\nacme/Ivy-7b\nX", '"${T[0]}"', {(SERVED, "${T[0]}")}),
    "lines of a program": ("mapfile -t T < <(ls /models)", '"${T[0]}"', {(SERVED, "${T[0]}")}),
    "a value that is not known": ("read -r M", "${M%.tar}", {(SERVED, "${M%.tar}")}),
    "a pattern that is not known": ("M=acme/Ivy-7b-x", '"${M%$(date)}"', {(SERVED, "${M%$(date)}")}),
    "echo": ('N=Ivy-7b\nM=$(echo "acme/$N")', "$M", {(2, "acme/Ivy-7b")}),
    "printf": ("M=$(printf '%s' acme/Ivy-7b)", "$M", {(1, "acme/Ivy-7b")}),
    "echo in a pipe": ("M=$(echo acme/Ivy-7b | rev)", "$M", {(SERVED, "$M")}),
    "basename": ("P=/models/Ivy-7b/", '"acme/$(basename "$P")"', {(SERVED, "acme/Ivy-7b")}),
    "basename without its end": ("P=x/Ivy-7b.yaml", 'acme/$(basename "$P" .yaml)', {(SERVED, "acme/Ivy-7b")}),
    "dirname": ("P=acme/Ivy-7b/config.json", '$(dirname "$P")', {(1, "acme/Ivy-7b")}),
    "basename of the script": ("", 'acme/$(basename "$0")', {(SERVED, 'acme/$(basename "$0")')}),
    "a key": ("declare -A T=([a]=acme/Ivy-7b [b]=acme/Oak-9b)", '"${T[b]}"', {(1, "acme/Oak-9b")}),
    "a key in quotes": ('declare -A T=(["a"]="acme/Ivy-7b" ["b"]=acme/Oak-9b)', '${T["a"]}', {(1, "acme/Ivy-7b")}),
    "a key that is set alone": ("declare -A T\nT[a]=acme/Ivy-7b\nT[b]=acme/Oak-9b", "${T[a]}", {(2, "acme/Ivy-7b")}),
    "a key in a variable": ("K=b\ndeclare -A T=([a]=acme/Ivy-7b [b]=acme/Oak-9b)", "${T[$K]}", {(2, "acme/Oak-9b")}),
    "any key": ("declare -A T=([a]=acme/Ivy-7b [b]=acme/Oak-9b)", "${T[$1]}", {(1, "acme/Ivy-7b"), (1, "acme/Oak-9b")}),
    "a key that is not there": ("declare -A T=([a]=acme/Ivy-7b)", '"${T[c]}"', {(SERVED, "${T[c]}")}),
    "an array without keys": ("T=(acme/Ivy-7b acme/Oak-9b)", '"${T[1]}"', {(1, "acme/Oak-9b")}),
    "a here-string": ('read -r M P <<< "acme/Ivy-7b 8000"', "$M", {(1, "acme/Ivy-7b")}),
    "a here-string with commas": ('L=acme/Ivy-7b,80\nIFS=, read -r M P <<< "$L"', "$M", {(1, "acme/Ivy-7b")}),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_and_its_place(name: str, tmp_path: Path) -> None:
    before, served, models = VALUES[name]
    lines = before.count("\n") + 2
    found = uses_of(tmp_path, {"run.sh": f"{before}\nvllm serve {served} --tool-call-parser x\n"})
    assert {(line if line != lines else SERVED, model) for _, line, model, purpose in found if purpose == "chat"} == models


@pytest.mark.parametrize("given", ["< models.txt", "< <(cat models.txt)"])
def test_lines_of_a_file_are_the_elements_of_an_array(given: str, tmp_path: Path) -> None:
    script = f'mapfile -t T {given}\nfor m in "${{T[@]}}"; do vllm serve "$m" --tool-call-parser x; done\n'
    found = uses_of(tmp_path, {"run.sh": script, "models.txt": "acme/Ivy-7b\nacme/Oak-9b\n"})
    assert {(path, line, model) for path, line, model, _ in found} == {
        ("models.txt", 1, "acme/Ivy-7b"), ("models.txt", 2, "acme/Oak-9b"),
    }  # fmt: skip


LINES = "acme/Ivy-7b 8000\n# none\nacme/Oak-9b 8001\n"
SERVE = 'vllm serve "$m" --port "$p" --tool-call-parser x\n'
AT, OF_TEXT = {("run.sh", 4), ("run.sh", 6)}, {("run.sh", 1), ("run.sh", 3)}
LOOPS = {
    "a heredoc": (f"while read -r m p; do\n  {SERVE}done <<EOF\n{LINES}EOF\n", AT),
    "a last line without an end": (f"while read -r m p || [ -n \"$m\" ]; do\n  {SERVE}done <<'EOF'\n{LINES}EOF\n", AT),
    "a text": (f'L="{LINES}"\nwhile read -r m p; do {SERVE}done <<< "$L"\n', OF_TEXT),
    "a text in a pipe": (f'L="{LINES}"\necho "$L" | while read -r m p; do {SERVE}done\n', OF_TEXT),
    "a file": (f"while read -r m p; do {SERVE}done < models.txt\n", {("models.txt", 1), ("models.txt", 3)}),
    "a file in a pipe": (f"cat models.txt | while read -r m p; do {SERVE}done\n", {("models.txt", 1), ("models.txt", 3)}),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_over_lines(name: str, tmp_path: Path) -> None:
    text, places = LOOPS[name]
    found = uses_of(tmp_path, {"run.sh": text, "models.txt": LINES})
    assert {(path, line) for path, line, _, _ in found} == places
    assert {(model, purpose) for _, _, model, purpose in found} == {("acme/Ivy-7b", "chat"), ("acme/Oak-9b", "chat")}


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"run.sh": f"while read -r m p; do {SERVE}done < none.txt\n"}) == {("run.sh", 1, "$m", "chat")}


def test_much_of_it_takes_no_time(tmp_path: Path) -> None:
    text = "M=" + "a" * 10_000 + "\nN=${M%%*a*b}\n" + "x=$(echo " * 300 + ")" * 300 + "\n" + "T[a$i]=${T[$T]}\n" * 2_000
    assert uses_of(tmp_path, {"run.sh": f"{text}vllm serve acme/Ivy-7b\n"}) == {("run.sh", 2004, "acme/Ivy-7b", "unknown")}
