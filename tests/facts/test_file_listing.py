"""The files of a checkpoint, by kind."""

from __future__ import annotations

import pytest
from modelcheck.api import Source
from modelcheck.engine.store import FactStore, Limits, Missing
from modelcheck.facts.file_listing import FileListing
from modelcheck.sources.named import NamedSource
from modelcheck.testing.checking import installed

from facts.support import known


class TestFileListing:
    def test_kinds_of_weights(self) -> None:
        files = dict.fromkeys(("pytorch_model.bin", "training_args.bin", "optimizer.pt", "x.gguf", "sub/model.safetensors"), b"x")
        listing = known(FileListing, files)
        assert (listing.pickles, listing.safetensors, listing.other_weights) == (("pytorch_model.bin",), (), ("x.gguf",))
        assert listing.complete
        assert not known(FileListing, {}, kind="cache").complete

    @pytest.mark.parametrize(
        ("paths", "only"),
        [
            ("tokenizer.json tokenizer_config.json README.md", "a tokenizer"),
            ("chat_template.jinja LICENSE", "a chat template"),
            ("adapter_config.json", "an adapter"),
            ("README.md .gitattributes img.png", "a model card"),
            ("generation_config.json", "a generation config"),
            ("config.json tokenizer.json", None),
            ("tokenizer.json model.safetensors.index.json", None),
            ("tokenizer.json weights.some_format", None),
            ("adapter_config.json adapter_model.safetensors", None),
            ("README.md unet/config.json", None),
            ("main.py", None),
        ],
    )
    def test_one_part_of_a_checkpoint(self, paths: str, only: str | None) -> None:
        assert known(FileListing, dict.fromkeys(paths.split(), b"x")).only == only

    def test_a_mere_name_has_none(self) -> None:
        made = FactStore(installed().registry, Limits(), {Source: NamedSource("a/b")})
        assert made.look_up(FileListing) == Missing("only the name is known")
