"""Whether the checkpoint ships a chat template."""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import ChatTemplate, Evidence, FamilyHabit, FileListing, ModelConfig, TokenizerConfig, signal

# Chat formats that are not Jinja templates: mistral-common's and DeepSeek's encoding folder.
_ELSEWHERE = ("tekken.json", "encoding/")
_FIRST_WITH_TEMPLATES = (4, 34)
"""transformers 4.34 of October 2023 added chat templates."""


@signal(group="template")
def template_presence(
    listing: FileListing,
    template: ChatTemplate | None,
    tokenizer: TokenizerConfig | None,
    config: ModelConfig | None,
    habit: FamilyHabit,
) -> Iterator[Evidence]:
    """A template is weak evidence for instruct; a missing one is evidence for base, unless the chat format is stored elsewhere.

    Of 4,039 Hub repositories with a template, 3.5 % are base models. In some families the base models ship one, too
    (``families.toml``): there it says next to nothing.
    """
    if template is not None:
        usual = habit.bases_ship_template
        because = "it ships a chat template, like the base models of this family" if usual else "it ships a chat template"
        yield Evidence(0.2 if usual else 2.0, because, template.at(), kind="usual" if usual else "there")
    elif any(path.startswith(_ELSEWHERE) for path in listing.sizes):
        yield Evidence(0.0, "it has no chat template, but stores its chat format in another file")
    elif tokenizer is not None and "auto_map" in tokenizer.data:
        yield Evidence(
            0.0,
            "it has no chat template, but its tokenizer has custom code, which may contain one",
            tokenizer.at("auto_map"),
        )
    elif tokenizer is not None:
        version = config.data.get("transformers_version") if config else None
        if isinstance(version, str) and _older(version):
            yield Evidence(
                -0.3,
                f"it ships no chat template, but it was saved by transformers {version}, which had none",
                config.at("transformers_version") if config else None,
                kind="absent-old",
            )
        else:
            yield Evidence(-2.0 if version else -1.0, "it ships no chat template", kind="absent" if version else "absent-undated")


def _older(version: str) -> bool:
    numbers = [int(part) for part in version.split(".")[:2] if part.isdecimal()]
    return len(numbers) == 2 and tuple(numbers) < _FIRST_WITH_TEMPLATES
