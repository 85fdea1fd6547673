from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from modelcheck.findings import Axis, Evidence, Weighed
from modelcheck.groups import OF_STATEMENTS
from modelcheck.verdict import fold

WEIGHED = st.builds(
    Weighed,
    st.sampled_from(["identity/a", "identity/b", "plug-in/c"]),
    st.sampled_from(["name", "card", "template"]),
    st.builds(Evidence, st.floats(-8, 8), st.sampled_from(["this", "that"]), st.none(), st.sampled_from(list(Axis))),
)


def seen(weight: float, group: str, axis: Axis = Axis.STAGE) -> Weighed:
    return Weighed(f"identity/{group}", group, Evidence(weight, "because", None, axis))


@given(st.lists(WEIGHED, max_size=8).flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))))
def test_the_order_of_the_evidence_does_not_matter(both: tuple[list[Weighed], list[Weighed]]) -> None:
    assert fold(both[0]) == fold(both[1])


@given(st.lists(WEIGHED, max_size=8))
def test_nothing_is_lost_and_a_group_counts_once(evidence: list[Weighed]) -> None:
    verdict = fold(evidence)
    assert len(verdict.evidence) == len(evidence)
    assert {one.evidence.because for one in verdict.evidence} == {one.evidence.because for one in evidence}
    places = [(weighed.group, weighed.evidence.axis) for weighed in verdict.decisive if weighed.group not in OF_STATEMENTS]
    assert len(places) == len(set(places))


def test_groups_add_and_inside_one_the_strongest_counts() -> None:
    verdict = fold([seen(2.0, "template"), seen(1.5, "template"), seen(-1.0, "name")])
    assert verdict.p_instruct is not None
    assert round(verdict.p_instruct, 3) == 0.731
    assert [weighed.evidence.weight for weighed in verdict.superseded] == [1.5]


def test_labels_need_to_be_sure() -> None:
    assert fold([]).label == "unknown"
    assert fold([seen(2.9, "name")]).label == "unknown"
    assert fold([seen(3.0, "name")]).label == "instruct"
    assert fold([seen(-3.0, "name")]).label == "base"


def test_another_task_makes_the_question_moot() -> None:
    verdict = fold([seen(4.0, "name"), seen(6.5, "task", Axis.TASK)])
    assert (verdict.label, verdict.p_instruct, verdict.confidence) == ("not-applicable", None, None)
    assert fold([seen(4.0, "name"), seen(5.0, "task", Axis.TASK)]).label == "instruct"


def test_no_sum_is_surer_than_one_in_a_thousand() -> None:
    verdict = fold([seen(9.0, "name"), seen(9.0, "card")])
    assert verdict.p_instruct is not None
    assert 0.999 < verdict.p_instruct < 0.9995
    assert verdict.nats(without=("card",)) == 9.0


def test_the_fitted_table_counts_where_it_has_a_row_and_nowhere_else() -> None:
    table = {"identity/a:x": 1.5}
    ours = Weighed("identity/a", "name", Evidence(4.0, "ours", kind="x"))
    another = Weighed("identity/a", "card", Evidence(4.0, "another kind", kind="y"))
    plugin = Weighed("acme/a", "acme", Evidence(4.0, "a plug-in's", kind="x"))
    weights = {one.evidence.because: one.evidence.weight for one in fold([ours, another, plugin], table).evidence}
    assert weights == {"ours": 1.5, "another kind": 4.0, "a plug-in's": 4.0}


def test_a_plug_in_silences_nobody_outside_its_group() -> None:
    ours = [seen(3.5, "name"), seen(2.0, "card")]
    verdict = fold([*ours, Weighed("acme/loud", "acme", Evidence(-0.1, "loud"))])
    assert [one.evidence.weight for one in verdict.decisive] == [3.5, 2.0, -0.1]


def test_sub_labels_are_those_that_fit_the_label() -> None:
    def told(weight: float) -> tuple[str, ...]:
        evidence = [
            Evidence(weight, "a", sub_label="reasoning"),
            Evidence(0.0, "b", sub_label="merge"),
            Evidence(0.0, "c", sub_label="domain-continued"),
        ]
        return fold([Weighed("identity/a", "name", one) for one in evidence]).sub_labels

    assert told(4.0) == ("merge", "reasoning")
    assert told(-4.0) == ("domain-continued", "merge")
    assert told(0.0) == ("merge",)
