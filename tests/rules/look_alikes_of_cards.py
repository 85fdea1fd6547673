"""What people have in cards, and what is near to a fault and is none: rule → what it is → the files, with the name where it matters."""

from __future__ import annotations

from rules.cases import card, dumps
from rules.fault import Files

LookAlikes = dict[str, dict[str, Files | tuple[str, Files]]]
LORA = dumps(peft_type="LORA", base_model_name_or_path="acme/Thing-7B", r=8)
CHAT_BASE = {"config.json": dumps(model_type="llama")}


def front(text: str, body: str = "# Thing\n", **more: str) -> Files:
    return {"README.md": card(text, body), **{name.replace("__", "."): value for name, value in more.items()}}


def code(text: str, front_matter: str = "license: mit") -> Files:
    return front(front_matter, f"# Thing\n\n```python\n{text}\n```\n")


def adapter(named: str, base: str) -> Files:
    return {
        **front(f"license: mit\nbase_model: {named}"),
        "adapter_config.json": dumps(peft_type="LORA", base_model_name_or_path=base),
    }


CARDS: LookAlikes = {
    "card/base-model-differs-from-adapter": {
        "unsloth's copy of the base": adapter("meta-llama/Llama-3.1-8B-Instruct", "unsloth/Meta-Llama-3.1-8B-Instruct-bnb-4bit"),
        "the folder of the machine that trained it": adapter("meta-llama/Llama-3.1-8B", "/workspace/models/llama-3.1-8b"),
        "a list of two that holds it": adapter("[acme/Thing-7B, acme/Other-7B]", "acme/Thing-7B"),
        "another case": adapter("Acme/thing-7b", "acme/Thing-7B"),
    },
    "card/base-model-is-a-path": {
        "a Hub id": front("license: mit\nbase_model: acme/Thing-7B"),
        "an old id without an owner": front("license: mit\nbase_model: gpt2"),
        "dots and dashes": front("license: mit\nbase_model: 01-ai/Yi-1.5-9B-Chat-16K"),
    },
    "card/base-model-is-a-url": {
        "a Hub id": front("license: mit\nbase_model: acme/Thing-7B"),
        "a URL in the text": front("license: mit\nbase_model: acme/T", "# T\n\nBased on https://huggingface.co/acme/Thing-7B.\n"),
        "a URL of the license": front(
            "license: other\nlicense_name: x\nlicense_link: https://huggingface.co/acme/T/blob/main/LICENSE"
        ),
    },
    "card/base-model-missing": {
        "a model trained in FP8": {
            **front("license: mit"),
            "config.json": dumps(quantization_config={"quant_method": "fp8", "fmt": "e4m3"}),
        },
        "weights in MXFP4": {**front("license: mit"), "config.json": dumps(quantization_config={"quant_method": "mxfp4"})},
        "a QLoRA fine-tune": {
            **front("license: mit"),
            "config.json": dumps(quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True}),
        },
        "a list of bases": {**front("license: mit\nbase_model:\n- acme/T"), "adapter_config.json": LORA},
    },
    "card/base-with-chat-snippet": {
        "an instruct model": ("acme/Thing-7B-Instruct", code("tokenizer.apply_chat_template(messages)")),
        "a comment that warns of it": ("acme/Thing-7B-Base", code("# apply_chat_template does not exist for base models\nx = 1")),
        "in a sentence": ("acme/Thing-7B-Base", front("license: mit", "# Thing\n\nDo not use `apply_chat_template` with it.\n")),
        "a completion": ("acme/Thing-7B-Base", code("model.generate(**tokenizer('Once', return_tensors='pt'))")),
    },
    "card/contradicts-verdict": {
        "another model is called base": (
            "acme/Thing-7B-Instruct",
            front("license: mit", "# Thing\n\nThe base model Thing-7B is available as well.\n"),
        ),
        "what it was tuned from": (
            "acme/Thing-7B-Instruct",
            front("license: mit", "# Thing 7B Instruct\n\nIt was fine-tuned from the pretrained base model.\n"),
        ),
        "a table of the family": (
            "acme/Thing-7B-Base",
            front("license: mit", "# Thing\n\n| model | stage |\n|---|---|\n| Thing-7B-Instruct | instruct |\n"),
        ),
        "advice to tune": ("acme/Thing-7B-Base", front("license: mit", "# Thing\n\nFine-tune it on instructions for chat.\n")),
    },
    "card/eval-results-malformed": {
        what: {**CHAT_BASE, ".eval_results/x.yaml": text}
        for what, text in {
            "the least": "- dataset: {id: a/b, task_id: c}\n  value: 0\n",
            "a date as a text": '- dataset: {id: a/b, task_id: c}\n  value: 0.5\n  date: "2026-01-15"\n',
            "notes": "- dataset: {id: a/b, task_id: c, revision: x}\n  value: 1\n  notes: no tools\n  source: {url: https://x.y, name: Z}\n",
        }.items()
    },
    "card/front-matter-not-closed": {
        "a rule at the top": {"README.md": "---\n\n# Thing\n\nIt writes.\n", **CHAT_BASE},
        "rules between sections": front("license: mit", "# A\n\n---\n\n# B\n\n---\n"),
        "no front matter": {"README.md": "# Thing\n", **CHAT_BASE},
    },
    "card/front-matter-not-first": {
        "a table between rules": front("license: mit", "# A\n\n---\nname: value\n---\n\n# B\n"),
        "an example of front matter in code": front("license: mit", "```yaml\n---\nlicense: mit\ntags: [a]\n---\n```\n"),
        "empty lines first": {"README.md": "\n\n---\nlicense: mit\n---\n# T\n"},
    },
    "card/gating-malformed": {
        what: front(f"license: mit\nextra_gated_fields:\n  {text}")
        for what, text in {
            "Meta's": "First Name: text\n  Date of birth: date_picker\n  Country: country\n  geo: ip_location\n  I agree: checkbox",
            "a select": "Job title:\n    type: select\n    options:\n    - Student\n    - label: Other\n      value: other",
            "a type in a table": "Company:\n    type: text",
        }.items()
    },
    "card/hidden-text": {
        "a comment of the template": front("license: mit", "# T\n\n<!-- Provide a quick summary of what the model is/does. -->\n"),
        "the template's comment of the Trainer": front(
            "license: mit",
            "<!-- This model card has been generated automatically according to the information the Trainer had access to."
            " You should probably proofread and complete it, then remove this comment. -->\n# T\n",
        ),
        "a picture with a style": front("license: mit", '<div align="center" style="line-height: 1;"><img src="x.png"></div>\n'),
    },
    "card/key-twice": {
        "the same key at two depths": front(
            "license: mit\nmodel-index:\n- name: a\n  results:\n  - dataset: {name: b, type: c/d}\n    task: {type: e}\n    metrics: [{type: f, value: 1, name: g}]"
        ),
        "the same value in a list": front("license: mit\ntags:\n- chat\n- chat"),
        "the same key in the text": front("license: mit", "license: mit\n\nlicense: mit\n"),
    },
    "card/language-read-as-false": {
        "in quotes": front('license: mit\nlanguage: "no"'),
        "Norwegian's two forms": front("license: mit\nlanguage:\n- nb\n- nn"),
        "no elsewhere": front("license: mit\ninference: no\nlanguage: en"),
    },
    "card/library-name-unknown": {
        "mlx": front("license: mit\nlibrary_name: mlx"),
        "a house's own": front("license: mit\nlibrary_name: acme-runtime"),
        "vllm": front("license: mit\nlibrary_name: vllm"),
    },
    "card/license-differs-from-base": {
        "a permissive base, restricted": front("license: cc-by-nc-4.0\nbase_model: Qwen/Qwen2.5-7B"),
        "Llama under its own license": front("license: llama3.1\nbase_model: meta-llama/Llama-3.1-8B"),
        "other, with the terms of both": front(
            "license: other\nlicense_name: llama3-and-mine\nlicense_link: LICENSE\nbase_model: meta-llama/Meta-Llama-3-8B"
        ),
        "a name that only mentions llama": front("license: mit\nbase_model: acme/llama.cpp-tests"),
    },
    "card/license-missing": {
        "a list": front("license:\n- mit"),
        "unknown, which the Hub knows": front("license: unknown"),
        "other": front("license: other\nlicense_name: x\nlicense_link: y"),
    },
    "card/license-other-unnamed": {
        "named and linked": front(
            "license: other\nlicense_name: qwen\nlicense_link: https://huggingface.co/Qwen/Q/blob/main/LICENSE"
        ),
        "a link to a file": front("license: other\nlicense_name: x\nlicense_link: LICENSE"),
        "a word of the text": front("license: mit", "The license of the other parts is in NOTICE.\n"),
    },
    "card/license-unknown": {
        "creative commons": front("license: cc-by-nc-sa-4.0"),
        "of a family": front("license: llama3.3"),
        "gemma's": front("license: gemma"),
        "openrail": front("license: bigscience-bloom-rail-1.0"),
    },
    "card/names-itself": {
        "a sibling whose name begins alike": ("acme/Thing-7B", front("license: mit\nbase_model: acme/Thing-7B-Base")),
        "the same name of another owner": ("me/Thing-7B", front("license: mit\nbase_model: acme/Thing-7B")),
        "the next version": ("acme/Thing-7B", front("license: mit\nnew_version: acme/Thing-7B-v2")),
    },
    "card/personal-data": {
        "a hash": front("license: mit", "sha256: `9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`\n"),
        "an arXiv id and a DOI": front("license: mit", "arXiv:2405.05417, doi 10.5281/zenodo.1234567\n"),
        "numbers of parameters": front("license: mit", "It has 4,976,698,672 parameters and saw 15000000000000 tokens.\n"),
        "a table of scores": front("license: mit", "| 71.22 | 4111.11 | 1111 |\n|---|---|---|\n| 0.5105105105105100 | 1 | 2 |\n"),
    },
    "card/pipeline-tag-unknown": {
        "any to any": front("license: mit\npipeline_tag: any-to-any"),
        "of pictures": front("license: mit\npipeline_tag: image-text-to-text"),
        "a tag that is no task": front("license: mit\ntags: [text-gen, chat]\npipeline_tag: text-generation"),
    },
    "card/placeholder-left": {
        "a prompt's own field": front("license: mit", "# T\n\n### Instruction:\n{prompt}\n\n### Response:\n"),
        "jinja in code": front("license: mit", "# T\n\n```jinja\n{{ model_name }} {% for m in messages %}\n```\n"),
        "a link with such a text": front("license: mit", "# T\n\n[your model](https://x.y) and a to-do list.\n"),
    },
    "card/reference-is-no-id": {
        "old ids": front("license: mit\ndatasets:\n- wikipedia\n- bookcorpus"),
        "dots": front("license: mit\ndatasets:\n- HuggingFaceFW/fineweb-2.1"),
        "a new version": front("license: mit\nnew_version: acme/Thing-7B-v0.2"),
    },
    "card/relation-contradicts-files": {
        "a merged fine-tune that keeps its adapter": {
            **front("license: mit\nbase_model: a/B\nbase_model_relation: finetune"),
            "adapter_config.json": LORA,
            "adapter_model.safetensors": "",
            "model.safetensors": "",
        },
        "a LoRA of pictures without a config": {
            **front("license: mit\nbase_model: a/B\nbase_model_relation: adapter"),
            "pytorch_lora_weights.safetensors": "",
        },
        "a quantized copy": {**front("license: mit\nbase_model: a/B\nbase_model_relation: quantized"), "thing.gguf": ""},
    },
    "card/relation-unknown": {
        relation: front(f"license: mit\nbase_model: a/B\nbase_model_relation: {relation}")
        for relation in ("finetune", "adapter", "quantized", "merge")
    },
    "card/snippet-of-another-repository": {
        "the base of an adapter": (
            "acme/thing-lora",
            code('AutoModel.from_pretrained("acme/Thing-7B")', "license: mit\nbase_model: acme/Thing-7B"),
        ),
        "a folder": ("acme/Thing-7B", code('AutoModel.from_pretrained("./out/checkpoint-100")')),
        "two, of which one is this": (
            "acme/Thing-7B",
            code('model_id = "acme/Thing-7B"\ntok = AutoTokenizer.from_pretrained("acme/tokenizer")'),
        ),
        "a copy for another engine": (
            "acme/Thing-7B-GGUF",
            code('llm = "acme/Thing-7B-GGUF"\nAutoTokenizer.from_pretrained("acme/Thing-7B")'),
        ),
    },
}
