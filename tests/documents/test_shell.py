"""Shell text: which commands start with which arguments, and where each argument is written."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modelcheck.documents.located import Lines, Located
from modelcheck.documents.shell.calls import script_place
from modelcheck.documents.shell.following import Follower
from modelcheck.documents.shell.parsing import parse
from modelcheck.documents.shell.pieces import Joined
from modelcheck.documents.shell.sources import FileSlice, of_scalar, undoubled
from modelcheck.documents.shell.statements import pipelines, read_statements
from modelcheck.documents.yamlfile import parse_yaml_text
from modelcheck.findings import Span


def commands(text: str, **variables: str) -> list[list[Located]]:
    """The commands of a text that starts on the second line of a file, after three characters."""
    lines = Lines("x", f"#\n   {text}")
    follower = Follower({name: Located(value, lines.span(0, 1)) for name, value in variables.items()}, lambda _: True)
    return [list(one.argv) for ran in follower.follow(FileSlice(lines, 5, text)) for one in ran.commands]


def texts(text: str, **variables: str) -> list[list[str]]:
    return [[word.text for word in argv] for argv in commands(text, **variables)]


WORDS = {
    "comments, continued lines, operators": (
        "set -x # stop\nA=1 run 'one two' \\\n  three && other; last | end\n# nothing\necho \"a\nb\"",
        [["run", "one two", "three"], ["other"], ["last"], ["end"], ["echo", "a\nb"]],
    ),
    "quotes and escapes": ("""x a\\ b "c \\"d\\" \\$e" 'f $g' $'h\\ti' j"k"'l' "" m""", [
        ["x", "a b", 'c "d" $e', "f $g", "h\ti", "jkl", "", "m"]
    ]),
    "blanks between variables in quotes": ('x "$A $B  ${C}"', [["x", "1 $B  ${C}"]]),
    "redirections": ("x a/b>log 2>&1 >>c/d <e &>f", [["x", "a/b"]]),
    "groups": ("(x a)\n{ y b; }\n! z c\ntime ( w d )", [["x", "a"], ["y", "b"], ["z", "c"], ["w", "d"], ["time"]]),
    "substitutions": ('A=$(x a)\ny "`z b`"\nw <(v c)', [["x", "a"], ["z", "b"], ["y", "`z b`"], ["v", "c"], ["w", "<(v c)"]]),
    "a variable that is not known": (
        'x $U "${U}" ${U:?set it} $(u) ${U%/*} ${U:+y}',
        [["u"], ["x", "$U", "${U}", "${U:?set it}", "$(u)", "${U%/*}"]],
    ),
    "defaults": ('x ${U:-a b} "${U-c d}" ${U:-${V:-f}} ${U---m n} ${A:-no}', [["x", "a", "b", "c d", "f", "--m", "n", "1"]]),
    "a value with blanks": ('L="--m a/b"\nL+=" --n $U"\nx $L "$L"', [["x", "--m", "a/b", "--n", "$U", "$L"]]),
    "a value of several pieces": ("O=a\nx --m=$O/b$A", [["x", "--m=a/b1"]]),
    "arrays": ('L=(a "b c")\nL+=(d)\nx "${L[@]}" ${L[1]} "${L[@]:1}" $L', [
        ["x", "a", "b c", "d", "b", "c", "b c", "d", "a"]
    ]),
    "an array of several lines": ("L=(\n  a # one\n  'b'\n)\nx ${L[@]}", [["x", "a", "b"]]),
    "an array with keys": (
        'declare -A L=([a]=b ["c"]="d $A")\nx "${L[$U]}" ${L[@]}',
        [["x", "b", "b", "d", "1"], ["x", "d 1", "b", "d", "1"]],
    ),
    "an element of which the number is not known": ("L=(a b)\nM=${L[$I]}\nx $M ${L[1]}", [["x", "a", "b"], ["x", "b", "b"]]),
    "a list": ("for m in a $A \"$U\"; do x $m; done", [["x", "a"], ["x", "1"], ["x", "$m"]]),
    "a list in an array": ('L=(a b)\nfor m in "${L[@]}"; do x "$m"; done', [["x", "a"], ["x", "b"]]),
    "a list in a string": ('L="a b"\nfor m in $L; do x "$m"; done', [["x", "a"], ["x", "b"]]),
    "branches": ("if [ $A ]; then M=a N=1; elif y; then M=b N=2; else M=c N=3; fi\nx $M $N", [
        ["y"], ["x", "a", "1"], ["x", "b", "2"], ["x", "c", "3"]
    ]),
    "one branch": ("M=a\nif [ $A ]; then M=b; fi\nx $M", [["x", "a"], ["x", "b"]]),
    "a branch that sets what was not known": ("[ $A ] || M=b\nx $M", [["x", "b"]]),
    "cases": ('case "$1" in a) M=a ;; b|c) M=b ;; *) M=c ;; esac\nx $M', [["x", "a"], ["x", "b"], ["x", "c"]]),
    "the last one counts": ("M=a\nM=b\nx $M", [["x", "b"]]),
    "functions": ('f() { x "$1" "${2:-d}" "${@:2}"; }\nf a\nf b c', [["x", "a", "d"], ["x", "b", "c", "c"]]),
    "a function that is not called": ("function f { x $1; }", [["x", "$1"]]),
    "a function that calls itself": ("f() { x; f; }\nf", [["x"]] * 8),
    "arguments": ("set -- a b\nx $1 $2\nshift\nx $1\nx \"$@\"", [["x", "a", "b"], ["x", "b"], ["x", "b"]]),
    "a shell's script": ("M=a\nbash -lc 'x \"$M\" \"$@\"' -- b c", [["x", "a", "b", "c"]]),
    "a script's name": ("sh -c 'x $0 $1 $@' a b c\nsh -c 'x $@' --m a", [["x", "a", "b", "b", "c"], ["x", "--m", "a"]]),
    "what another program replaces": (
        'M={{ .a }}\nx ${{ b.c || 1 }} "{{ d }}" $M y',
        [["x", "${{ b.c || 1 }}", "{{ d }}", "{{ .a }}", "y"]],
    ),
    "a script in double quotes": ('M=a\nsh -c "x \\"$M\\" && y \\$A"', [["x", "a"], ["y", "1"]]),
    "a script with variables before it": ("docker exec -e M=a c sh -c 'x $M'\nx $M", [["x", "a"], ["x", "$M"]]),
    "a script in a script": ("""bash -c "sh -c 'x a'" """, [["x", "a"]]),
    "evaluated": ("eval \"x $A\" b", [["x", "1", "b"]]),
    "a program in a variable": ('B=x\nexec "$B" a\nC="y b"\n$C c', [["exec", "x", "a"], ["y", "b", "c"]]),
    "a default that is set": (': "${M:=a}"\nx $M', [["x", "a"]]),
    "what cannot be parsed": ("x a\nif then ((\ny b\n", [["x", "a"], ["y", "b"]]),
    "a quote that is never closed": ("x a\ny 'b", [["x", "a"], ["y"]]),
    "line ends of Windows": ("x a \\\r\n  b\r\nM=c\r\ny $M\r\n", [["x", "a", "b"], ["y", "c"]]),
    "letters of other scripts": ("x é/ü \"ß $A\"", [["x", "é/ü", "ß 1"]]),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_the_words_of_commands(case: str) -> None:
    text, expected = WORDS[case]
    assert texts(text, A="1") == expected


PLACES = [
    ("x a/b", "a/b", (2, 6)),
    ("M=a/b\nx $M", "a/b", (2, 6)),
    ("x ${M:-a/b}", "a/b", (2, 11)),
    ("x '--m a/b'", "--m a/b", (2, 7)),
    ("for m in c a/b; do\n x $m\ndone", "a/b", (2, 15)),
    ("L=(c\n a/b)\nfor m in ${L[@]}; do x $m; done", "a/b", (3, 2)),
    ('L="--c\n --m a/b"\nx $L', "a/b", (3, 6)),
    ("f() { x $1; }\nf a/b", "a/b", (3, 3)),
    ("bash -c 'y\n  x \"$M\" a/b'", "a/b", (3, 10)),
    ('sh -c "x \\"a/b\\""', "a/b", (2, 15)),
    ("O=a\nx $O/b", "a/b", (3, 3)),
    ("O=a\nM=$O/b\nx $M", "a/b", (3, 3)),
    ("x \\\n  a/b", "a/b", (3, 3)),
]


@pytest.mark.parametrize(("text", "word", "place"), PLACES)
def test_where_a_word_is_written(text: str, word: str, place: tuple[int, int]) -> None:
    found = [one for argv in commands(text) for one in argv if one.text == word]
    assert {(one.at.line, one.at.column) for one in found} == {place}


def test_what_comes_after_the_sign_has_its_own_place() -> None:
    (argv,) = commands("M=a/b\nx pre=$M,post")
    value = argv[1].after(4)
    assert (value.text, value.at.line, value.at.column) == ("a/b,post", 2, 6)
    assert (value.after(4).text, value.after(4).at.line, value.after(4).at.column) == ("post", 3, 10)


def test_a_value_from_elsewhere_keeps_its_place() -> None:
    lines = Lines("x", "y $M")
    at = Lines("other.env", "M=a/b").span(2, 5)
    follower = Follower({"M": Located("a/b", at)}, lambda _: True)
    (ran,) = follower.follow(FileSlice(lines, 0, lines.text))
    assert ran.commands[0].argv[1].at == at


def test_heredocs_with_what_reads_and_writes_them() -> None:
    text = "cat <<'A' >> d/x.py\n$(no) 'one\nA\nif y; then cat <<-B | kubectl apply -f -\n\ttwo $M\n\tB\nfi\ncat <<C\nopen\n"
    found = [
        (text[one.heredocs[0].start : one.heredocs[0].end], [[word.literal for word in c.read()[0]] for c in one.commands])
        for one in pipelines(read_statements(text))
        if one.heredocs
    ]
    assert found == [("$(no) 'one\n", [["cat"]]), ("\ttwo $M\n\t", [["cat"], ["kubectl", "apply", "-f", "-"]])]


@pytest.mark.parametrize(
    ("argv", "place"),
    [
        ("bash -c X", 2), ("/bin/sh -lc X a", 2), ("bash -e -c X", 3), ("bash -lc -- X", 3), ("docker exec c bash -c X", 5),
        ("bash x.sh -z", None), ("bash x.sh", None), ("python -c X", None), ("bash -c", None), ("", None),
    ],
)  # fmt: skip
def test_a_script_among_arguments(argv: str, place: int | None) -> None:
    assert script_place(argv.split()) == place


SCALARS = [
    "a: |\n  x\n  y a/b\n",
    "a: |-\n\n  x\n\n  y a/b",
    "a: |2\n    x\n   y a/b\n",
    "a: >\n  x\n  y a/b\n",
    'a: "x\\n\\ty \\"c\\" a/b"\n',
    "a: 'x ''c'' a/b'\n",
    "a: x\n  y a/b\n",
]


@pytest.mark.parametrize("text", SCALARS)
def test_the_places_in_a_scalar(text: str) -> None:
    (document,) = parse_yaml_text("x", text)
    node = document.get("a")
    assert node is not None and node.text is not None
    start = node.text.index("a/b")
    at = of_scalar(node, node.text, Lines("x", text)).span(start, start + 3)
    assert text.split("\n")[(at.line or 0) - 1][(at.column or 0) - 1 : (at.end_column or 0) - 1] == "a/b"


def test_the_dollar_signs_of_a_recipe() -> None:
    text = "\tx $$m $(M) $$$$ a/b"
    source = undoubled(Lines("x", text), 1, text[1:])
    assert source.text == "x $m ${M} $$ a/b"
    assert source.span(13, 16).column == text.index("a/b") + 1
    assert source.written(5, 9) == "$(M)"


def _placed(text: str) -> Iterator[tuple[str, Span]]:
    """Every text that is written in one place, with the place."""
    for argv in commands(text, A="1"):
        for word in argv:
            for one in (word, *(word.after(start) for start in range(len(word.text)))):
                yield from ((piece.text, piece.at) for piece in one.pieces) if isinstance(one, Joined) else ((one.text, one.at),)


PIECES = st.lists(
    st.sampled_from(
        "a/b vllm $M ${M:-c/d} $( ) ` ' \" \\ \n ; | & && ( ) { } = M= L=( $L ${L[@]} for in do done if then fi case esac <<E E # "
        "é \r\n bash -c f() f $1 $@ eval \t ".split(" ")
    ),
    max_size=25,
)
SHELL = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="ab/ '\"\\\n\r;&|#$(){}<>=`é", max_size=60),
    PIECES.map(" ".join),
    PIECES.map("".join),
)


@given(SHELL)
def test_no_text_crashes_and_places_are_those_of_the_words(text: str) -> None:
    lines = f"#\n   {text}".split("\n")
    for word, at in _placed(text):
        if at.column is None:
            continue
        assert at.line is not None and at.end_column is not None and 1 <= at.line <= len(lines)
        written = lines[at.line - 1][at.column - 1 : at.end_column - 1]
        assert len(written) == at.end_column - at.column
        if len(written) == len(word) and at.line > 1:
            assert written == word


LONG = {
    "parentheses": "(" * 100_000,
    "closing parentheses": ")\n" * 50_000,
    "redirections": "<" * 100_000,
    "operators": "&|;" * 50_000,
    "arrays that never end": "A=(\n" * 100_000,
    "pipes": "a |\n" * 250_000,
    "lists": "a &&\n" * 200_000,
    "open quotes": 'echo "' + "x " * 500_000,
    "one line": "vllm serve a/b --x " + "word " * 200_000,
    "one word": "a" * 1_000_000,
    "blank lines": "\n" * 1_000_000,
    "heredocs that never end": "cat <<EOF\n" * 50_000,
    "branches that never end": "if x; then\n" * 50_000,
    "a value that doubles": "A=x\n" + "A=$A$A\n" * 1_000 + "x $A\n" * 1_000,
    "many branches": "".join(f"if x; then A{n}=a{n}; fi\n" for n in range(30_000)),
    "functions that call the next one twice": "".join(f"f{n}() {{ f{n + 1}; f{n + 1}; x $1; }}\n" for n in range(50)) + "f0 a\n",
    "an ordinary script": "set -e\nM=${M:-a/b}\nfor i in 1 2; do\n  docker run x --model $M > log 2>&1\ndone\n" * 9_000,
}


@pytest.mark.parametrize("case", LONG)
def test_long_text_is_read_soon(case: str) -> None:
    text = LONG[case]
    started = time.process_time()
    follower = Follower({}, lambda command: "model" in command)
    for _ in follower.follow(FileSlice(Lines("x", text), 0, text)):
        pass
    assert time.process_time() - started < 10


def test_a_long_text_is_read_in_parts_that_begin_where_statements_begin() -> None:
    text = "f() {\n  x\n\n  y\n}\n\n" * 10_000
    parts = list(parse(text))
    assert len(parts) > 1
    assert not any(root.has_error for root, _ in parts)
