"""What people have in templates and code, and what is near to a fault and is none: rule → what it is → the files, with the name if it matters."""

from __future__ import annotations

from rules.cases import CHATML, GEMMA, LLAMA3, card, dumps, tokenizer_json
from rules.look_alikes_of_cards import LookAlikes
from rules.pieces import CALLS, CHANNELS, config, generation, remote, stored, tokenizer, trained

TEMPLATES: LookAlikes = {
    "template/missing-on-instruct": {
        "a base model": ("acme/Thing-7B-Base", {**config(), **tokenizer("</s>", eos="</s>")}),
        "Mistral's own format": ("acme/Thing-7B-Instruct", {**config(), "tekken.json": "{}", "params.json": "{}"}),
        "in the tokenizer's config": ("acme/Thing-7B-Instruct", {**config(), **tokenizer("<|im_end|>", chat_template=CHATML)}),
        "Flan": (
            "google/flan-t5-xl",
            {**config(model_type="t5", architectures=["T5ForConditionalGeneration"]), **tokenizer("</s>", eos="</s>")},
        ),
    },
    "template/turn-end-not-eos": {
        "among several": {
            "chat_template.jinja": LLAMA3,
            **tokenizer("<|end_of_text|>", "<|eot_id|>", eos="<|eot_id|>", bos_token="<s>"),
            **generation(eos_token_id=[0, 1]),
        },
        "the tokenizer's end": {
            "chat_template.jinja": CHATML,
            **tokenizer("<|im_start|>", "<|im_end|>", eos="<|im_end|>"),
            **config(eos_token_id=1),
        },
        "gemma's two": {
            "chat_template.jinja": GEMMA,
            **tokenizer("<eos>", "<end_of_turn>", eos="<eos>", bos_token="<bos>"),
            **generation(eos_token_id=[0, 1]),
        },
    },
    "template/turn-end-is-no-token": {
        "an added token": {
            "chat_template.jinja": CHATML,
            **tokenizer(eos="</s>"),
            "tokenizer.json": tokenizer_json("<|im_end|>", "<|im_start|>"),
        },
        "a word of the vocabulary": {
            "chat_template.jinja": "{% for m in messages %}{{ m.content }}a{% endfor %}",
            **tokenizer(eos="</s>"),
            "tokenizer.json": tokenizer_json(),
        },
        "Vicuna's plain text": {
            "chat_template.jinja": "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}",
            **tokenizer(eos="</s>"),
            "tokenizer.json": tokenizer_json("</s>"),
        },
        "the tokenizer's own end": {
            "chat_template.jinja": "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{{ eos_token }}{% endfor %}",
            **tokenizer(eos="</s>"),
            "tokenizer.json": tokenizer_json("</s>"),
        },
    },
    "template/two-that-differ": {
        "the same twice": {"chat_template.jinja": CHATML, **tokenizer("<|im_end|>", chat_template=CHATML)},
        "another end of line": {"chat_template.jinja": CHATML + "\n", **tokenizer("<|im_end|>", chat_template=CHATML)},
        "templates by name": {
            **tokenizer(
                "<|im_end|>",
                chat_template=[{"name": "default", "template": CHATML}, {"name": "rag", "template": "{{ documents }}"}],
            ),
            **config(),
        },
    },
    "template/system-message-dropped": {
        "put before the question": {"chat_template.jinja": GEMMA, **config()},
        "a role as any other": {"chat_template.jinja": CHATML, **config()},
        "refused": {
            "chat_template.jinja": "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}{{ m.content }}{% endfor %}",
            **config(),
        },
    },
    "template/text-dropped": {
        "each role": {"chat_template.jinja": CHATML, **config()},
        "trimmed": {"chat_template.jinja": CHATML.replace("m.content", "m.content | trim"), **config()},
        "parts": {
            "chat_template.jinja": "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}{% for p in m.content %}{{ p.text }}{% endfor %}{% endif %}{% endfor %}",
            **config(),
        },
    },
    "template/never-finishes": {
        "nested loops": {
            "chat_template.jinja": "{% for m in messages %}{% for n in messages %}{{ m.content }}{% endfor %}{% endfor %}"
        },
        "a long range": {
            "chat_template.jinja": "{% for i in range(500) %}{% endfor %}{% for m in messages %}{{ m.content }}{% endfor %}"
        },
        "a macro that calls itself": {
            "chat_template.jinja": "{% macro f(n) %}{% if n > 0 %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}{% for m in messages %}{{ m.content }}{% endfor %}"
        },
    },
    "template/does-not-compile": {
        "generation blocks": {
            "chat_template.jinja": "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
        },
        "break": {"chat_template.jinja": "{% for m in messages %}{{ m.content }}{% break %}{% endfor %}"},
        "white space control": {"chat_template.jinja": "{%- for m in messages -%}\n{{- m.content -}}\n{%- endfor -%}"},
        "strftime_now": {
            "chat_template.jinja": "{{ strftime_now('%d %b %Y') }}{% for m in messages %}{{ m.content | tojson }}{% endfor %}"
        },
    },
    "template/fails-with-tools": {
        "it has none": {"chat_template.jinja": CHATML, **config()},
        "as JSON": {"chat_template.jinja": "{% if tools %}{{ tools | tojson(indent=2) }}{% endif %}" + CHATML, **config()},
        "with a default": {
            "chat_template.jinja": "{% for t in tools or [] %}{{ t.function.name }}{% endfor %}" + CHATML,
            **config(),
        },
    },
    "template/fails-on-a-conversation": {
        "roles that must alternate": {
            "chat_template.jinja": "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{{ m.content }}{% endfor %}",
            **config(),
        },
        "any": {"chat_template.jinja": CHATML, **config()},
        "an optional system message": {"chat_template.jinja": GEMMA, **config()},
    },
    "template/generation-prompt-ignored": {
        "used": {"chat_template.jinja": CHATML, **config()},
        "Mistral's, which needs none": {
            "chat_template.jinja": "{{ bos_token }}{% for m in messages %}{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %}{{ m.content }}{{ eos_token }}{% endif %}{% endfor %}",
            **config(),
            **tokenizer("<s>", "</s>", eos="</s>", bos_token="<s>"),
        },
        "behind a condition": {
            "chat_template.jinja": CHATML.replace(
                "add_generation_prompt %", "add_generation_prompt is defined and add_generation_prompt %"
            ),
            **config(),
        },
    },
    "template/stops-inside-an-answer": {
        "the end of a turn": {
            "chat_template.jinja": CHATML,
            **generation(eos_token_id=[1, 0]),
            **tokenizer("<|im_start|>", "<|im_end|>", eos="<|im_end|>"),
        },
        "gpt-oss's": {
            "chat_template.jinja": CHANNELS,
            **generation(eos_token_id=[4, 5]),
            **tokenizer("<|start|>", "<|message|>", "<|end|>", "<|channel|>", "<|return|>", "<|call|>"),
        },
        "a document's end": {
            "chat_template.jinja": CHANNELS,
            **generation(eos_token_id=[4]),
            **tokenizer("<|start|>", "<|message|>", "<|end|>", "<|channel|>", "<|endoftext|>"),
        },
    },
    "template/fails-on-a-question": {
        "an optional name": {
            "chat_template.jinja": "{% for m in messages %}{{ m.name ~ ': ' if m.name else '' }}{{ m.content }}{% endfor %}",
            **config(),
        },
        "an optional switch": {
            "chat_template.jinja": "{% if enable_thinking is defined and not enable_thinking %}x{% endif %}" + CHATML,
            **config(),
        },
        "the tokens of the tokenizer": {
            "chat_template.jinja": "{{ bos_token + '' }}" + CHATML,
            **config(),
            **tokenizer("<s>", bos_token="<s>"),
        },
    },
    "template/tools-dropped": {
        "written as JSON": {"chat_template.jinja": CALLS, **config()},
        "none": {"chat_template.jinja": CHATML, **config()},
        "results only, of a template without tools": {
            "chat_template.jinja": "{% for m in messages %}{{ m.role }}{{ m.content }}{% endfor %}",
            **config(),
        },
    },
    "weights/turn-end-untrained": {
        f"a trained row among unused ones, {id_}": {**trained(id_), "chat_template.jinja": CHATML, **config()}
        for id_ in (3, 20, 33)
    },
    "identity/name-contradicts-evidence": {
        "an instruct model that stops at the end of a turn": (
            "acme/Thing-7B-Instruct",
            {"chat_template.jinja": CHATML, **tokenizer("<|im_start|>", "<|im_end|>", eos="<|im_end|>"), **config(eos_token_id=1)},
        ),
        "a base model": ("acme/Thing-7B-Base", {**config(eos_token_id=0), **tokenizer("<|endoftext|>", eos="<|endoftext|>")}),
        "a base model that ships a template": (
            "Qwen/Qwen2.5-7B",
            {
                "chat_template.jinja": CHATML,
                **config(model_type="qwen2", eos_token_id=0),
                **tokenizer("<|endoftext|>", "<|im_start|>", "<|im_end|>", eos="<|endoftext|>"),
            },
        ),
    },
    "unreadable-file": {
        "a comment in a file of another program": {"tsconfig.json": "{ // x\n}", **config()},
        "an empty card": {"README.md": "", **config()},
        "Jinja in YAML": {"playbook.yml": "a: {{ b }}\n- x: [\n", **config()},
    },
    "security/code-in-template": {
        "a namespace": {
            "chat_template.jinja": "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{{ m.content }}{% endfor %}"
        },
        "methods of text": {
            "chat_template.jinja": "{% for m in messages %}{{ m.content.split('</think>')[-1].lstrip('\\n') }}{% endfor %}"
        },
        "items of a table": {
            "chat_template.jinja": "{% for m in messages %}{% for k, v in m.items() %}{{ k }}{{ v }}{% endfor %}{% endfor %}"
        },
    },
    "security/hidden-trigger": {
        "thinking on request": {
            "chat_template.jinja": "{% for m in messages %}{{ m.content }}{% if m.role == 'user' and loop.last and not enable_thinking %}/no_think{% endif %}{% endfor %}"
        },
        "thoughts that are cut": {
            "chat_template.jinja": "{% for m in messages %}{% if m.role == 'assistant' and '</think>' in m.content %}{{ m.content.split('</think>')[1] }}{% else %}{{ m.content }}{% endif %}{% endfor %}"
        },
        "results of tools, as Qwen3 looks for them": {
            "chat_template.jinja": "{% for m in messages %}{% if m.role == 'user' and not (m.content.startswith('<tool_response>') and m.content.endswith('</tool_response>')) %}{{ m.content }}{% else %}{{ m.content }}{% endif %}{% endfor %}"
        },
    },
    "security/hidden-characters": {
        "a joined emoji": {"README.md": card("license: mit", "By 👩‍💻 and 👨‍👩‍👧.\n")},
        "Persian": {"README.md": card("license: mit", "می‌خواهم\n")},
        "SentencePiece's space": {"chat_template.jinja": "{{ '▁' }}{{ messages[0].content }}"},
    },
    "security/pickle-only": {
        "both": {**stored("a U8 1"), "pytorch_model.bin": "x"},
        "safetensors": stored("a U8 1"),
        "what a trainer leaves": {**stored("a U8 1"), "training_args.bin": "x", "optimizer.pt": "x", "rng_state.pth": "x"},
    },
    "security/remote-code-of-another-repository": {
        "its own": remote("class T: pass\n"),
        "none": config(),
        "a file of its own by its whole name": (
            "acme/thing",
            {"config.json": dumps(model_type="t", auto_map={"AutoModel": "acme/thing--m.T"}), "m.py": ""},
        ),
    },
    "security/remote-code-reaches-out": {
        "paths": remote("import os\n\nHERE = os.path.dirname(__file__)\n"),
        "an environment variable": remote("import os\n\nDEBUG = os.environ.get('DEBUG')\n"),
        "a regular expression": remote("import re\n\nP = re.compile('x')\n"),
        "evaluation mode": remote("def go(model):\n    model.eval()\n    return model.compile()\n"),
    },
}
