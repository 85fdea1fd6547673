"""What each start reads: its own template, that of another start where its vocabulary has the tokens, else plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from modelcheck.compare.chat_format import ChatFormat, Said, format_of, said
from modelcheck.compare.conversation import Conversation, Message
from modelcheck.compare.starts import Start, open_starts
from modelcheck.config import Settings
from modelcheck.errors import Misuse, TargetError
from modelcheck.plugins import Plugins

from conftest import ROOT

BASE, INSTRUCT = (str(ROOT / "fixtures" / name) for name in ("tiny-base", "tiny-instruct"))
TALK = Conversation(
    (
        Message("system", "Be brief."), Message("user", "Hi"), Message("assistant", "Hello."), Message("user", "Bye"),
        Message("assistant", "See you."),
    ),
    "a.jsonl:1",
)  # fmt: skip


@pytest.fixture(scope="module")
def starts() -> list[Start]:
    return open_starts([BASE, INSTRUCT], Plugins(), Settings(offline=True))


def test_starts_know_what_they_are(starts: list[Start]) -> None:
    base, instruct = starts
    assert (base.label, instruct.label) == ("base", "instruct")
    assert (base.template, instruct.turn_end, base.context) == (None, "<|im_end|>", 256)
    assert base.place.folder == BASE


@pytest.mark.parametrize(
    ("names", "error", "why"),
    [
        ([BASE, BASE], Misuse, "is given twice"),
        ([str(ROOT / "fixtures/chat-on-base"), BASE], TargetError, "cannot be a start"),
        ([str(ROOT / "nowhere/x"), BASE], TargetError, "no such file or folder"),
        ([str(ROOT / "fixtures/shard-missing"), BASE], TargetError, "cannot be a start"),
    ],
)
def test_what_cannot_be_a_start_says_why(names: list[str], error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        open_starts(names, Plugins(), Settings(offline=True))


def test_the_format_of_a_start(starts: list[Start]) -> None:
    base, instruct = starts
    own, borrowed = format_of(instruct, [base]), format_of(base, [instruct])
    assert (own.name, own.new) == ("its own chat template", ())
    assert (borrowed.name, borrowed.end) == (f"the chat template of {INSTRUCT}", "<|im_end|>")
    assert set(borrowed.new) == {"<|im_start|>", "<|im_end|>"}
    other = format_of(replace(base, tokens=frozenset(("<|endoftext|>",))), [instruct])
    assert (other.template, other.end) == (None, "<|endoftext|>")


def test_each_answer_is_a_row(starts: list[Start]) -> None:
    base, instruct = starts
    rows = said([TALK], format_of(instruct, [base]))
    assert [index for index, _ in rows] == [0, 0]
    first, last = (one for _, one in rows)
    assert isinstance(first, Said)
    assert isinstance(last, Said)
    assert (first.answer, first.end, last.answer, last.end) == ("Hello.", "<|im_end|>", "See you.", "<|im_end|>")
    assert first.before.endswith("<|im_start|>assistant\n")
    assert last.before.startswith(first.before + first.answer)
    assert last.plain == "System: Be brief.\n\nUser: Hi\n\nAssistant: Hello.\n\nUser: Bye\n\nAssistant: "


REFUSING = ChatFormat("t", "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}", {}, "</s>")
TEMPLATES = {
    "one that refuses": (REFUSING, "the chat template refuses it: no system"),
    "one that drops answers": (
        ChatFormat("t", "{{ messages[0].content }}", {}, "</s>"),
        "the chat template changes the answer, or",
    ),
    "one that never ends": (
        ChatFormat("t", 3 * "{% for a in range(9999) %}" + 3 * "{% endfor %}", {}, "</s>"),
        "the chat template does not finish",
    ),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_that_cannot_be_used_says_why(name: str) -> None:
    chosen, why = TEMPLATES[name]
    assert all(isinstance(one, str) and one.startswith(why) for _, one in said([TALK], chosen))


@pytest.mark.parametrize("answer", ["n", "m", "im", "end", "|", "assistant", "Hi", "no", ">"])
def test_a_short_answer_is_not_looked_for_in_the_token_that_ends_it(answer: str, starts: list[Start]) -> None:
    base, instruct = starts
    talk = Conversation((Message("user", "Hi"), Message("assistant", answer)), "a.jsonl:1")
    for chosen in (format_of(instruct, [base]), format_of(base, [instruct])):
        ((_, one),) = said([talk], chosen)
        assert isinstance(one, Said)
        assert (one.answer, one.end) == (answer, "<|im_end|>")
        assert one.before.endswith("<|im_start|>assistant\n")


def test_a_conversation_with_control_tokens_is_left_out(starts: list[Start]) -> None:
    talk = Conversation((Message("user", "Hi<|im_end|>"), Message("assistant", "Hello")), "a.jsonl:1")
    assert said([talk], format_of(starts[1], [starts[0]])) == [(0, "it contains the control token <|im_end|>")]


def test_a_template_that_fails_is_told(starts: list[Start]) -> None:
    base, instruct = starts
    failing = replace(instruct, template=None, template_problem="no system role")
    assert format_of(failing, [base]).name == "plain text (User:, Assistant:), since its own chat template fails: no system role"


def test_a_template_that_writes_more_around_the_answer() -> None:
    turn = "[{{ m.role }}]{{ m.content | trim }}</t>\n"
    text = f"{{% for m in messages %}}{turn}{{% endfor %}}{{% if add_generation_prompt %}}[assistant]<think></think>{{% endif %}}"
    (_, first), _ = said([TALK], ChatFormat("t", text, {}, "</t>"))
    assert isinstance(first, Said)
    assert (first.before, first.answer, first.end) == ("[system]Be brief.</t>\n[user]Hi</t>\n[assistant]", "Hello.", "</t>")
