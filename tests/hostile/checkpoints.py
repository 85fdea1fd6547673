"""Checkpoints made to hurt: cards, configs, tokenizers, templates, indexes."""

from __future__ import annotations

import json

from hostile.attack import CONFIG, Attack

_IDS = list(range(10_000))
_CHATML = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"  # noqa: E501
_SLOW = "{% for i in range(99999) %}{% for j in range(400) %}{% set x = i * j %}{% endfor %}{% endfor %}"


def card(front: str, body: str = "") -> dict[str, str]:
    return {**CONFIG, "README.md": f"---\n{front}\n---\n{body}"}


def about(text: str) -> dict[str, str]:
    """A card whose text is repeated by what is under attack."""
    return card("license: mit\nbase_model: a/b", text)


def tokenizer(**values: object) -> dict[str, str]:
    return {**CONFIG, "tokenizer.json": json.dumps(values)}


ATTACKS = {
    "2,500 missing shards": Attack(
        lambda: {
            **CONFIG,
            "model.safetensors.index.json": json.dumps(
                {"weight_map": {f"model.layers.{n}.x": f"model-{n:05}-of-02500.safetensors" for n in range(2_500)}}
            ),
        },
        "weights/shard-missing",
    ),
    "100,000 missing shards": Attack(
        lambda: {
            **CONFIG,
            "model.safetensors.index.json": json.dumps({"weight_map": {f"x{n}": f"m{n}.safetensors" for n in range(100_000)}}),
        },
        "weights/shard-missing",
    ),
    "10,000 eos ids": Attack(
        lambda: {
            "config.json": json.dumps({"model_type": "llama", "vocab_size": 20_000, "eos_token_id": _IDS}),
            "generation_config.json": json.dumps({"eos_token_id": _IDS[::-1]}),
            "tokenizer_config.json": json.dumps(
                {
                    "eos_token": "<|im_end|>",
                    "chat_template": _CHATML,
                    "added_tokens_decoder": {str(n): {"content": f"<{n}>", "special": True} for n in _IDS},
                }
            ),
            "tokenizer.json": json.dumps(
                {
                    "added_tokens": [{"id": n, "content": f"<{n}>", "special": True} for n in _IDS],
                    "model": {"vocab": {f"<{n}>": n for n in _IDS}},
                }
            ),
        }
    ),
    "100,000 eos ids that are out of range": Attack(
        lambda: {
            "config.json": json.dumps({"model_type": "llama", "vocab_size": 5, "eos_token_id": list(range(100_000))}),
            "generation_config.json": json.dumps({"eos_token_id": list(range(100_000))}),
        }
    ),
    "a long name of the parent": Attack(
        lambda: {"config.json": json.dumps({"model_type": "llama", "_name_or_path": "a-" * 500_000})}
    ),
    "a long name of the parent in folders": Attack(
        lambda: {"config.json": json.dumps({"model_type": "llama", "_name_or_path": "/a" * 500_000 + "-Instruct"})}
    ),
    "long values in every key": Attack(
        lambda: {
            "config.json": json.dumps(
                dict.fromkeys(
                    ("model_type", "_name_or_path", "torch_dtype", "transformers_version", "tokenizer_class"), "a1.-_" * 100_000
                )
                | {"architectures": ["A" * 500_000] * 4, "auto_map": {"AutoModel": "a." * 200_000}}
            )
        }
    ),
    "a long parent in the card": Attack(lambda: card("base_model: " + "a-" * 400_000)),
    "many parents in the card": Attack(lambda: card("base_model:\n" + "- a/b-Instruct\n" * 60_000)),
    "a license in base 60": Attack(lambda: card("license: " + "1:" * 100_000 + "1")),
    "a license of 4,000 hexadecimal digits": Attack(lambda: card("license: 0x" + "f" * 4_000)),
    "every key a long number": Attack(
        lambda: card(
            "".join(
                f"{key}: {value}\n"
                for key in ("language", "tags", "datasets", "base_model", "pipeline_tag", "library_name", "license_name")
                for value in ("0b" + "1" * 50_000,)
            )
        )
    ),
    "dates and floats": Attack(
        lambda: card(
            "license: 2001-99-99\nlanguage: 1"
            + "_" * 100_000
            + "\ntags: ["
            + "1e"
            + "9" * 100_000
            + ", .inf, .nan, 0o777, 2001-12-14t21:59:43.10-99:99]"
        )
    ),
    "1,000 chained aliases in a card": Attack(
        lambda: card(
            "a0: &a0 [x]\n"
            + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 1_000))
            + "tags: *a999\nmodel-index: *a999\nlicense: *a999"
        )
    ),
    "chained mappings in a card": Attack(
        lambda: card(
            "a0: &a0 {x: y}\n"
            + "".join(f"a{n}: &a{n} {{x: *a{n - 1}}}\n" for n in range(1, 3_000))
            + "model-index: *a2999\nextra_gated_fields: *a2999"
        )
    ),
    "a bomb as a card's results": Attack(
        lambda: card(
            "a0: &a0 [{name: x, results: [{task: {type: t}}]}]\n"
            + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
            + "model-index: *a39\ntags: *a39\ndatasets: *a39\nlanguage: *a39"
        )
    ),
    "results that aliases share": Attack(
        lambda: card(
            "r: &r {task: {type: t}, dataset: {type: d, name: n}, metrics: [{type: m, value: 1}]}\nl: &l ["
            + "*r, " * 500
            + "*r]\nmodel-index:\n"
            + "- {name: x, results: *l}\n" * 500
        )
    ),
    "200,000 tags": Attack(lambda: card("tags:\n" + "- tag\n" * 200_000)),
    "languages in thousands": Attack(lambda: card("license: mit\nlanguage:\n" + "".join(f"- l{n}\n" for n in range(20_000)))),
    "misspelt keys in thousands": Attack(lambda: card("".join(f"licence{n}: x\nbase_mode{n}: y\n" for n in range(10_000)))),
    "misspelt words in thousands": Attack(
        lambda: card(
            "license: mit\ndatasets:\n"
            + "".join(f"- d{n}/e f\n" for n in range(20_000))
            + "metrics:\n"
            + "".join(f"- accuracyy{n}\n" for n in range(9_000))
        )
    ),
    "a misspelt word of 100 KB": Attack(
        lambda: card(
            "license: "
            + "apache-2.0" * 10_000
            + "\npipeline_tag: "
            + "text-generation" * 9_000
            + "\nlibrary_name: "
            + "transformers" * 9_000
            + "\nlanguage: "
            + "en" * 60_000
        )
    ),
    "2 MB of newlines in a card": Attack(lambda: card("license: mit", "\n" * 2_000_000)),
    "2 MB of blanks in a card": Attack(lambda: card("license: mit", " " * 1_900_000)),
    "2 MB of blank lines in a card": Attack(lambda: card("license: mit", " \n" * 900_000)),
    "blank lines in the front matter": Attack(lambda: card("license: mit" + "\n" * 900_000)),
    "blank lines before the front matter": Attack(lambda: {**CONFIG, "README.md": "\n" * 900_000 + "---\nlicense: mit\n---\n"}),
    "headings in a card": Attack(lambda: about("# a\n" * 200_000)),
    "links in a card": Attack(lambda: about("[a](" * 200_000 + "[" * 300_000 + "![a](b)" * 90_000)),
    "tags of HTML in a card": Attack(lambda: about("<a " * 200_000 + "<!--" * 100_000 + "<details>" * 90_000)),
    "tables in a card": Attack(lambda: about("|a|b|\n|-|-|\n" * 90_000 + "|" * 300_000)),
    "one sentence of 1 MB": Attack(lambda: about("this is a base model of " * 50_000)),
    "one word of 1 MB": Attack(lambda: about("instruct" * 150_000)),
    "sentences about base models": Attack(lambda: about("This is a base model. It is not instruction tuned.\n" * 25_000)),
    "code in a card": Attack(lambda: about("```python\nmodel.from_pretrained('a/b')\n```\n" * 25_000)),
    "unclosed code in a card": Attack(lambda: about("~~~\n```\n" * 120_000 + "`" * 400_000)),
    "emphasis in a card": Attack(lambda: about("*" * 500_000 + "_a" * 300_000)),
    "urls in a card": Attack(lambda: about("https://huggingface.co/" * 60_000 + "https://hf.co/a/b " * 30_000)),
    "numbers in a card": Attack(lambda: about("7B " * 200_000 + "1" * 500_000)),
    "20 slow templates": Attack(
        lambda: {
            **CONFIG,
            "tokenizer_config.json": json.dumps(
                {"chat_template": [{"name": f"t{n}", "template": _CHATML + _SLOW} for n in range(20)]}
            ),
        },
        "template/never-finishes",
    ),
    "20 slow templates in files": Attack(
        lambda: (
            {**CONFIG, "chat_template.jinja": _CHATML}
            | {f"additional_chat_templates/t{n}.jinja": _CHATML + _SLOW for n in range(20)}
        )
    ),
    "20 templates that are nearly too slow": Attack(
        lambda: {
            **CONFIG,
            "tokenizer_config.json": json.dumps(
                {
                    "chat_template": [
                        {
                            "name": f"t{n}",
                            "template": _CHATML + "{% for i in range(99999) %}{% for j in range(15) %}{% endfor %}{% endfor %}",
                        }
                        for n in range(20)
                    ]
                }
            ),
        }
    ),
    "a template that is long": Attack(lambda: {**CONFIG, "chat_template.jinja": _CHATML + "{% if x %}a{% endif %}" * 40_000}),
    "a template that is one expression": Attack(lambda: {**CONFIG, "chat_template.jinja": "{{ " + "a ~ " * 100_000 + "a }}"}),
    "a template of text": Attack(lambda: {**CONFIG, "chat_template.jinja": _CHATML + "<|im_end|>" * 90_000}),
    "a template that repeats text": Attack(lambda: {**CONFIG, "chat_template.jinja": _CHATML + "{{ '<|im_end|>' * 90000 }}"}),
    "a template of control words": Attack(
        lambda: {
            **CONFIG,
            "chat_template.jinja": "".join(f"<|w{n}|>" for n in range(40_000)) + _CHATML,
            "tokenizer_config.json": "{}",
        }
    ),
    "a template of macros": Attack(
        lambda: {
            **CONFIG,
            "chat_template.jinja": "".join(
                f"{{% macro m{n}() %}}{{{{ m{n + 1}() }}}}{{{{ m{n + 1}() }}}}{{% endmacro %}}" for n in range(60)
            )
            + "{{ m0() }}"
            + _CHATML,
        }
    ),
    "a template that calls itself": Attack(
        lambda: {**CONFIG, "chat_template.jinja": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"}
    ),
    "a template of filters": Attack(lambda: {**CONFIG, "chat_template.jinja": _CHATML + "{{ messages" + "|list" * 9_000 + " }}"}),
    "a template of regular text operations": Attack(
        lambda: {
            **CONFIG,
            "chat_template.jinja": _CHATML
            + "{{ ('a' * 100000).split('a') | join(',') | length }}{{ '%9999999999d' % 1 }}{{ '{:>9999999999}'.format('a') }}",
        }
    ),
    "break outside a loop": Attack(lambda: {**CONFIG, "chat_template.jinja": "{% break %}" + _CHATML}, "template/does-not-compile"),
    "25 nested loops": Attack(
        lambda: {
            **CONFIG,
            "chat_template.jinja": "".join(f"{{% for a{n} in [1] %}}" for n in range(25)) + "x" + "{% endfor %}" * 25 + _CHATML,
        },
        "template/",
    ),
    "added tokens in hundreds of thousands": Attack(
        lambda: tokenizer(
            added_tokens=[{"id": n, "content": f"<{n}>", "special": True} for n in range(150_000)], model={"vocab": {}}
        )
    ),
    "one added token 150,000 times": Attack(
        lambda: {
            **tokenizer(added_tokens=[{"id": 1, "content": "<|im_end|>", "special": True}] * 150_000, model={"vocab": {}}),
            "chat_template.jinja": _CHATML,
        }
    ),
    "a vocabulary of a million": Attack(
        lambda: {**tokenizer(model={"vocab": {f"t{n}": n for n in range(1_000_000)}, "merges": []}), "chat_template.jinja": _CHATML}
    ),
    "a tokenizer of 120 MB": Attack(
        lambda: {
            **CONFIG,
            "tokenizer.json": b'{"model": {"vocab": {' + b",".join(b'"%d":%d' % (n, n) for n in range(7_000_000)) + b"}}}",
        },
        "tokenizer.json",
    ),
    "a tokenizer of empty lists": Attack(
        lambda: {**CONFIG, "tokenizer.json": b'{"model": {"vocab": {}, "merges": [' + b"[]," * 10_000_000 + b"[]]}}"},
        "tokenizer.json",
    ),
    "JSON of empty lists in a checkpoint": Attack(
        lambda: {**CONFIG, "generation_config.json": b'{"a": [' + b"[]," * 5_000_000 + b"[]]}"}, "generation_config.json"
    ),
    "an index of empty lists": Attack(
        lambda: {**CONFIG, "model.safetensors.index.json": b'{"weight_map": {}, "a": [' + b"[]," * 5_000_000 + b"[]]}"},
        "model.safetensors.index.json",
    ),
    "a tokenizer's config of tokens": Attack(
        lambda: {
            **CONFIG,
            "tokenizer_config.json": json.dumps(
                {
                    "eos_token": "x",
                    "additional_special_tokens": [f"<{n}>" for n in range(150_000)],
                    "added_tokens_decoder": {str(n): {"content": f"<{n}>"} for n in range(60_000)},
                }
            ),
            "chat_template.jinja": _CHATML,
        }
    ),
    "integers of 5,000 digits": Attack(
        lambda: {
            "config.json": '{"model_type": "llama", "vocab_size": 1'
            + "0" * 4_200
            + ', "eos_token_id": -1'
            + "0" * 4_200
            + ', "x": 1e999, "torch_dtype": -1e999}',
            "generation_config.json": '{"temperature": 1e999, "eos_token_id": 1e999, "top_p": NaN}',
        }
    ),
    "a processor of templates": Attack(
        lambda: {
            **tokenizer(post_processor={"processors": [{"single": [{"SpecialToken": {"id": "<s>"}}] * 90_000}] * 4}),
            "chat_template.jinja": _CHATML,
        }
    ),
    "modules of code": Attack(
        lambda: (
            {"config.json": '{"model_type": "a", "auto_map": {"AutoModel": "m0.B"}}'}
            | {f"m{n}.py": f"from .m{n + 1} import x\nimport os\nos.system('x')\n" * 60 for n in range(300)}
        )
    ),
    "a module of calls": Attack(
        lambda: {
            "config.json": '{"model_type": "a", "auto_map": {"AutoModel": "a.B"}}',
            "a.py": "f" + "()" * 990 + "\n" + "eval('x')\n" * 60_000,
            "b.py": "x = " + "1 + " * 90_000 + "1\n",
        }
    ),
    "results in files": Attack(
        lambda: {**CONFIG} | {f".eval_results/r{n}.yaml": "- {dataset: {id: a/b, task_id: t}, value: 1}\n" * 900 for n in range(30)}
    ),
    "a license file of 5 MB": Attack(lambda: {**card("license: mit"), "LICENSE": "Apache License\n" * 330_000}),
    "a thousand GGUF files": Attack(lambda: {f"a-{n:05}-of-01000.gguf": b"GGUF\3\0\0\0" + b"\0" * 16 for n in range(1_000)}),
    "adapters of modules": Attack(
        lambda: {
            "adapter_config.json": json.dumps(
                {
                    "peft_type": "LORA",
                    "r": 8,
                    "base_model_name_or_path": "a/" + "b" * 500_000,
                    "target_modules": ["q_proj"] * 90_000,
                    "modules_to_save": ["lm_head"] * 90_000,
                }
            )
        }
    ),
    "a merge of models": Attack(
        lambda: {
            "mergekit_config.yml": "slices:\n- sources: &s ["
            + "{model: a/b}, " * 3_000
            + "{model: a/b}]\n"
            + "- sources: *s\n" * 3_000
            + "base_model: a/b\n"
        }
    ),
}
