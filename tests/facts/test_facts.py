"""Each fact from the files that it is made of, through the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import pytest
from modelcheck.api import (
    ChatTemplate,
    CheckpointName,
    FileListing,
    GenerationConfig,
    ModelCard,
    ModelConfig,
    Source,
    TokenizerConfig,
    WeightsIndex,
)  # fmt: skip
from modelcheck.engine.store import FactStore, Limits, Missing
from modelcheck.sources.named import NamedSource
from modelcheck.testing import MemorySource
from modelcheck.testing.checking import installed

T = TypeVar("T")
CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"


def store(files: Mapping[str, str | bytes], name: str = "memory", kind: str = "folder") -> FactStore:
    return FactStore(installed().registry, Limits(), {Source: MemorySource(files, name, kind)})


def known(fact: type[T], files: Mapping[str, str | bytes], **details: Any) -> T:
    made = store(files, **details)
    found = made.get(fact)
    assert found is not None, made.look_up(fact)
    return found


def broken(kind: type, files: Mapping[str, str | bytes]) -> str:
    made = store(files)
    assert isinstance(made.look_up(kind), Missing)
    return " | ".join(f"{broken.span}: {broken.message}" for broken in made.trouble.broken.values())


class TestCheckpointName:
    def test_a_hub_id_has_an_owner(self) -> None:
        name = known(CheckpointName, {}, name="meta-llama/Llama-3.1-8B-Instruct", kind="hub")
        assert (name.owner, name.name, name.is_id) == ("meta-llama", "Llama-3.1-8B-Instruct", True)
        assert name.words == ("llama", "3.1", "8b", "instruct")

    def test_a_folder_has_none(self) -> None:
        name = known(CheckpointName, {}, name="my_model.v2-chat")
        assert (name.owner, name.is_id, name.words) == (None, False, ("my", "model", "v2", "chat"))


class TestFileListing:
    def test_kinds_of_weights(self) -> None:
        files = dict.fromkeys(("pytorch_model.bin", "training_args.bin", "optimizer.pt", "x.gguf", "sub/model.safetensors"), b"x")
        listing = known(FileListing, files)
        assert (listing.pickles, listing.safetensors, listing.other_weights) == (("pytorch_model.bin",), (), ("x.gguf",))
        assert listing.complete
        assert not known(FileListing, {}, kind="cache").complete

    def test_a_mere_name_has_none(self) -> None:
        made = FactStore(installed().registry, Limits(), {Source: NamedSource("a/b")})
        assert made.look_up(FileListing) == Missing("only the name is known")


class TestModelConfig:
    def test_it_reads_ids_as_numbers_or_lists(self) -> None:
        config = known(
            ModelConfig, {"config.json": '{"model_type": "x", "eos_token_id": [1, 2], "bos_token_id": 0, "vocab_size": 9}'}
        )
        assert (config.model_type, config.vocab_size) == ("x", 9)
        assert config.token_ids == {"eos_token_id": (1, 2), "bos_token_id": (0,)}

    def test_the_text_part_of_a_multimodal_config_counts(self) -> None:
        config = known(ModelConfig, {"config.json": '{"text_config": {\n"vocab_size": 9, "eos_token_id": 3}}'})
        assert (config.vocab_size, config.token_ids) == (9, {"eos_token_id": (3,)})
        assert config.at("vocab_size").line == 2

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('{"model_type": 3}', "config.json:1:16: has a number under 'model_type' where a string is expected"),
            ('{"vocab_size": "many"}', "has a string under 'vocab_size'"),
            ('{"vocab_size": true}', "has true or false under 'vocab_size'"),
            ('{"architectures": "LlamaForCausalLM"}', "where a list of class names is expected"),
            ('{"eos_token_id": {}}', "has an object under 'eos_token_id'"),
            ('["list"]', "holds a list where an object is expected"),
        ],
    )
    def test_a_wrong_type_is_broken_at_its_place(self, text: str, says: str) -> None:
        assert says in broken(ModelConfig, {"config.json": text})

    def test_no_file_is_absent(self) -> None:
        assert store({}).look_up(ModelConfig) == Missing("no config.json")


class TestTokenizerConfig:
    def test_added_tokens_of_the_config_come_first(self) -> None:
        files = {
            "tokenizer_config.json": '{"eos_token": {"content": "</s>"}, "added_tokens_decoder": {"2": {"content": "</s>"}}}',
            "tokenizer.json": '{"added_tokens": [{"id": 7, "content": "<other>"}]}',
        }
        tokenizer = known(TokenizerConfig, files)
        assert (tokenizer.added_tokens, tokenizer.added_from) == ({2: "</s>"}, "tokenizer_config.json")
        assert tokenizer.special_tokens == {"eos_token": "</s>"}
        assert tokenizer.ids("</s>") == (2,)

    def test_tokenizer_json_fills_in_without_its_vocabulary_being_read(self) -> None:
        files = {
            "tokenizer_config.json": '{"eos_token": "<|end|>"}',
            "tokenizer.json": '{"version": "1.0", "added_tokens": [{"id": 7, "content": "<|end|>"}], "model": {"vocab": not read}}',
        }
        tokenizer = known(TokenizerConfig, files)
        assert (tokenizer.added_tokens, tokenizer.added_from) == ({7: "<|end|>"}, "tokenizer.json")

    def test_the_older_files_count_where_the_config_is_silent(self) -> None:
        files = {
            "tokenizer_config.json": '{"pad_token": "<pad>"}',
            "special_tokens_map.json": '{"eos_token": "</s>", "pad_token": "<other>"}',
            "added_tokens.json": '{"<pad>": 9}',
        }
        tokenizer = known(TokenizerConfig, files)
        assert tokenizer.special_tokens == {"eos_token": "</s>", "pad_token": "<pad>"}
        assert (tokenizer.added_tokens, tokenizer.added_from) == ({9: "<pad>"}, "added_tokens.json")


class TestGenerationConfig:
    TOKENIZER = '{"added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}'

    def test_stops_have_their_texts(self) -> None:
        files = {"generation_config.json": '{"eos_token_id": [2, 5]}', "tokenizer_config.json": self.TOKENIZER}
        generation = known(GenerationConfig, files)
        assert (generation.stop_ids, generation.stops) == ((2, 5), frozenset({"<|im_end|>"}))

    def test_without_one_the_config_counts(self) -> None:
        generation = known(GenerationConfig, {"generation_config.json": "{}", "config.json": '{"eos_token_id": 1}'})
        assert (generation.path, generation.stop_ids) == ("config.json", (1,))

    def test_the_mend_replaces_the_value_in_place(self) -> None:
        generation = known(GenerationConfig, {"generation_config.json": '{\n  "eos_token_id": 0\n}'})
        (edit,) = generation.adding_stop("<|im_end|>", 2).edits
        assert edit.replacement == "[0, 2]"
        assert (edit.at.line, edit.at.column, edit.at.end_line, edit.at.end_column) == (2, 19, 2, 20)


class TestModelCard:
    def test_lines_and_columns_are_those_of_the_file(self) -> None:
        card = known(ModelCard, {"README.md": "---\nlicense: mit\ntags:\n- sft\n---\n# Title\ntext\n"})
        assert (card.at("license").line, card.at("license").column) == (2, 10)
        assert list(card.lines()) == [(6, "# Title"), (7, "text")]
        assert (card.texts("tags"), card.texts("license"), card.texts("nothing")) == (("sft",), ("mit",), ())

    @pytest.mark.parametrize("text", ["# No front matter\n", "", "---\nnever: closed\n", "text\n---\nlicense: mit\n---\n"])
    def test_no_front_matter_is_none(self, text: str) -> None:
        card = known(ModelCard, {"README.md": text})
        assert (card.front_matter, card.data, card.body) == (None, {}, text)

    @pytest.mark.parametrize(
        "text", ["\ufeff---\nlicense: mit\n---\nbody", "---\r\nlicense: mit\r\n---\r\nbody", "---\nlicense: mit\n---"]
    )
    def test_marks_and_line_ends_of_other_systems(self, text: str) -> None:
        assert known(ModelCard, {"README.md": text}).data == {"license": "mit"}

    def test_empty_front_matter_is_none(self) -> None:
        assert known(ModelCard, {"README.md": "---\n---\nbody"}).body == "body"

    def test_what_is_no_mapping_is_broken(self) -> None:
        assert "no mapping" in broken(ModelCard, {"README.md": "---\n- a\n---\n"})
        assert "README.md:3:1: is not valid YAML" in broken(ModelCard, {"README.md": "---\na: [b\n---\n"})


class TestChatTemplate:
    CONFIG = '{"chat_template": "from the config", "added_tokens_decoder": {"2": {"content": "<|im_end|>"}}}'

    def test_the_jinja_file_wins(self) -> None:
        template = known(ChatTemplate, {"chat_template.jinja": CHATML, "tokenizer_config.json": self.CONFIG})
        assert [place.path for place in template.places] == ["chat_template.jinja", "tokenizer_config.json"]
        assert template.chosen.text == CHATML
        assert template.turn_ends == ("<|im_end|>",)

    def test_of_named_templates_default_is_chosen(self) -> None:
        config = '{"chat_template": [{"name": "tool_use", "template": "T"}, {"name": "default", "template": "D"}]}'
        template = known(ChatTemplate, {"tokenizer_config.json": config})
        assert (template.chosen.name, template.at().line) == ("default", 1)

    def test_named_templates_in_their_folder_belong_to_the_jinja_file(self) -> None:
        files = {
            "chat_template.jinja": CHATML,
            "additional_chat_templates/tool_use.jinja": "T",
            "tokenizer_config.json": self.CONFIG,
        }
        template = known(ChatTemplate, files)
        assert [(place.path, place.name) for place in template.places[:2]] == [
            ("chat_template.jinja", "default"),
            ("additional_chat_templates/tool_use.jinja", "tool_use"),
        ]
        assert template.chosen.text == CHATML
        del files["chat_template.jinja"]
        assert known(ChatTemplate, files).chosen.text == "T"

    def test_the_older_file_counts_last(self) -> None:
        assert known(ChatTemplate, {"chat_template.json": '{"chat_template": "old"}'}).chosen.path == "chat_template.json"

    @pytest.mark.parametrize(
        ("template", "tokens", "ends"),
        [
            (CHATML, {}, ("<|im_end|>",)),
            ("{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}", {"2": "</s>"}, ("</s>",)),
            ("{% for m in messages %}{{ m.content }} </s><s>[INST]{% endfor %}", {"1": "<s>", "2": "</s>"}, ("</s>", "<s>")),
            (
                "{% for m in messages %}{{ m.content }}<|END_RESPONSE|><|END_OF_TURN_TOKEN|>{% endfor %}",
                {},
                ("<|END_RESPONSE|>", "<|END_OF_TURN_TOKEN|>"),
            ),
            ("{% for m in messages %}User: {{ m.content }}\n{% endfor %}", {}, ()),
            (
                "{% for m in messages %}{% for c in m.content %}{{ c.text }}{% endfor %}<end>{% endfor %}",
                {"9": "<end>"},
                ("<end>",),
            ),
            ("{{ raise_exception('tools only') }}", {}, ()),
        ],
    )
    def test_the_turn_end_is_what_follows_an_answer(self, template: str, tokens: dict[str, str], ends: tuple[str, ...]) -> None:
        import json

        decoder = {token_id: {"content": text} for token_id, text in tokens.items()}
        config = json.dumps({"eos_token": "</s>", "added_tokens_decoder": decoder})
        assert known(ChatTemplate, {"chat_template.jinja": template, "tokenizer_config.json": config}).turn_ends == ends

    def test_a_template_of_the_wrong_type_is_broken(self) -> None:
        assert "has a number under 'chat_template'" in broken(ChatTemplate, {"tokenizer_config.json": '{"chat_template": 3}'})
        assert "no object of name and template" in broken(ChatTemplate, {"tokenizer_config.json": '{"chat_template": ["x"]}'})


class TestWeightsIndex:
    def test_a_map_of_something_else_is_broken(self) -> None:
        assert "weight_map" in broken(WeightsIndex, {"model.safetensors.index.json": '{"weight_map": {"a": 1}}'})
        assert "weight_map" in broken(WeightsIndex, {"model.safetensors.index.json": "{}"})
