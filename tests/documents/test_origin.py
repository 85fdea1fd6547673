"""Parts of a text that were written in other places."""

from __future__ import annotations

from modelcheck.documents.located import Lines, Located, located
from modelcheck.documents.origin import Origin, cut, origin_of
from modelcheck.documents.yamlfile import Node
from modelcheck.findings import Span

VALUE = Span("values.yaml", 3, 8, 3, 13)
WHOLE = (Origin(8, 13, VALUE),)


def test_a_part_has_its_own_place_and_a_mixed_text_has_none() -> None:
    assert origin_of(WHOLE, 8, 13) == VALUE
    assert origin_of(WHOLE, 9, 11) == Span("values.yaml", 3, 9, 3, 11)
    assert origin_of(WHOLE, 7, 13) is None and origin_of((), 0, 1) is None
    folded = Span("values.yaml", 3, 8, 5, 2)
    assert origin_of((Origin(0, 9, folded),), 2, 4) == folded  # not written literally on one line: the whole of it
    assert cut(WHOLE, 8, 20) == (Origin(0, 5, VALUE),) and cut(WHOLE, 9, 20) == ()


def test_a_flag_s_value_is_found_where_it_was_written() -> None:
    node = Node("templates/x.yaml", 9, 5, 9, 40, text="--model=abcde --port 8", origins=WHOLE)
    first, *rest = Lines("templates/x.yaml", "").place(node, ["--model=abcde", "--port", "8"], script=False)
    value = first.after(len("--model="))
    assert (first.at, value.text, value.at, value.used_at) == (node.span, "abcde", VALUE, node.span)
    assert [word.at for word in rest] == [node.span, node.span]


def test_a_scalar_that_comes_from_elsewhere_as_a_whole() -> None:
    node = Node("templates/x.yaml", 9, 5, 9, 30, text="abcde", origins=(Origin(0, 5, VALUE),))
    assert (located(node).at, located(node).used_at) == (VALUE, node.span)
    assert located(Node("x.yaml", 1, 1, 1, 3, text="ab")).at == Span("x.yaml", 1, 1, 1, 3)


def test_a_node_of_another_file_is_located_in_its_text() -> None:
    node = Node("b.yaml", 2, 4, 2, 14, text="run a/b-7b")
    lines = Lines("a.yaml", "x: 1\n", {"b.yaml": "k:\n - run a/b-7b\n"})
    assert [word.at for word in lines.place(node, ["run", "a/b-7b"], script=False)] == [
        Span("b.yaml", 2, 4, 2, 7),
        Span("b.yaml", 2, 8, 2, 14),
    ]
    (missing,) = Lines("a.yaml", "").place(node, ["run"], script=False)
    assert missing.at == node.span and isinstance(missing, Located)
