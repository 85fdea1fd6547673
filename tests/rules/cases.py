"""What users of this field ran into, rebuilt from the threads' own words: which rule says so.

Each case names its threads. ``python tests/rules/cases.py`` prints the table of docs/benchmarks.md.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from modelcheck.testing.tiny import gguf, safetensors

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA3 = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content }}"
    "<|eot_id|>{% endfor %}{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
PHI3 = (
    "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% for m in messages %}<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content }}"
    "<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
STEP = (
    "{{ bos_token }}{% for m in messages %}Source: {{ m.role }}\n\n {{ m.content }}<step>{% endfor %}"
    "{% if add_generation_prompt %}Source: assistant\n\n{% endif %}"
)
T, C, G, J, R = "tokenizer_config.json", "config.json", "generation_config.json", "chat_template.jinja", "README.md"
Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Case:
    """``numbers`` are those of the collection that the threads were taken from."""

    numbers: str
    threads: str
    what: str
    rule: str
    files: Files
    name: str = "memory"
    others: Mapping[str, Files] = field(default_factory=dict)


def dumps(**values: object) -> str:
    return json.dumps(values)


def tokens(*names: str, eos: str | None = None, first: int = 0, **more: object) -> str:
    decoder = {str(first + index): {"content": name, "special": True} for index, name in enumerate(names)}
    return json.dumps({"added_tokens_decoder": decoder, **({"eos_token": eos} if eos else {}), **more})


def tokenizer_json(*names: str, highest: int = 0, bos: str | None = None) -> str:
    processor = {"single": [{"SpecialToken": {"id": bos, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]} if bos else None
    added = [{"id": index, "content": name, "special": True} for index, name in enumerate(names)]
    return json.dumps({"added_tokens": added, "post_processor": processor, "model": {"vocab": {"a": highest}, "merges": []}})


def thing(*keys: str, finetune: str = "Instruct") -> bytes:
    """A GGUF file of a header, one embedding and nothing else."""
    return gguf("\n".join((f'general.finetune = "{finetune}"', *keys, "token_embd.weight F32 4x8")))


def untrained() -> bytes:
    """An embedding of forty rows, of which 34 to 38 are the control tokens', all of them zero."""
    rows = [[((row * 7 + column * 3) % 11 - 5) / 10 for column in range(4)] if row < 34 else [0.0] * 4 for row in range(40)]
    header = {"model.embed_tokens.weight": {"dtype": "F32", "shape": [40, 4], "data_offsets": [0, 640]}}
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + b"".join(struct.pack("<4f", *row) for row in rows)


def stops(template: str, end: str, document: str, *names: str, name: str = "acme/Thing-7B-Instruct") -> tuple[Files, str]:
    """A checkpoint whose template ends turns with ``end`` and that stops on ``document`` only."""
    listed = tokens(document, end, *names, eos=document, bos_token="<s>")
    return {J: template, T: listed, G: dumps(eos_token_id=0), C: dumps(model_type="llama", eos_token_id=0)}, name


def card(front: str, body: str = "# Thing\n") -> str:
    return f"---\n{front}\n---\n{body}"


INSTRUCT = "acme/Thing-7B-Instruct"
PLAIN = {C: dumps(model_type="llama"), T: dumps(eos_token="</s>")}
NO_TEMPLATE = "template/missing-on-instruct"
NO_STOP = "template/turn-end-not-eos"
_LLAMA = stops(LLAMA3, "<|eot_id|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>")
_PHI = stops(PHI3, "<|end|>", "<|endoftext|>", "<|user|>", "<|assistant|>")
_CHATML = stops(CHATML, "<|im_end|>", "<|endoftext|>", "<|im_start|>")
_GEMMA = stops(GEMMA, "<end_of_turn>", "<eos>", "<start_of_turn>")
_STEP = stops(STEP, "<step>", "</s>")
_SPECIALS = tokens("<|im_start|>", "<|im_end|>", "<|reserved_0|>", "<|reserved_1|>", "<|reserved_2|>", first=34)

CASES = (
    Case("11", "inspect_ai#3709, #3674, #3122", "a base model with the instruct model's template", "template/on-base-model",
         {C: dumps(model_type="qwen3"), T: tokens("<|endoftext|>", eos="<|endoftext|>"), J: CHATML}, "acme/Thing-7B-Base"),
    Case("13", "Qwen3#927", "eos of a base model differs between config and tokenizer", "config/token-ids-disagree",
         {C: dumps(model_type="qwen2", eos_token_id=0), T: tokens("<|endoftext|>", "<|im_end|>", eos="<|im_end|>")},
         "acme/Thing-7B"),
    Case("15", "ms-swift#2420", "a fine-tune of a base model never ends its turns", NO_STOP,
         {C: dumps(model_type="llama", _name_or_path="acme/Thing-8B-Base", eos_token_id=0), J: LLAMA3,
          T: tokens("<|end_of_text|>", "<|eot_id|>", eos="<|end_of_text|>", bos_token="<s>")}, "my-sft-run"),
    Case("16-17", "LongWriter#39", "an instruct fine-tune without a template", NO_TEMPLATE, PLAIN, INSTRUCT),
    Case("19", "Preference-Leakage#6", "a fine-tune of Mistral saved without its template", NO_TEMPLATE, PLAIN, INSTRUCT),
    Case("20-21", "vllm#9408, TGI#1743, #1545, #2112, #2657", "template not found at the first request", NO_TEMPLATE, PLAIN,
         INSTRUCT),
    Case("22", "vllm#7689", "a GGUF file without a template", NO_TEMPLATE, {"thing-Q8_0.gguf": thing()}, INSTRUCT),
    Case("23", "unsloth#2744", "one of many quantizations lost the template", NO_TEMPLATE,
         {"thing-it-qat-Q8_0.gguf": thing(finetune="it")}, "acme/Thing-4B-it-GGUF"),
    Case("24", "GPTQModel#1291", "the quantization tool dropped the generation config", "config/generation-config-missing",
         {C: dumps(model_type="llama", architectures=["LlamaForCausalLM"], quantization_config={"quant_method": "gptq"}),
          "model.safetensors": ""}, INSTRUCT),
    Case("25", "LlamaFactory#8399", "saving an adapter dropped the template", NO_TEMPLATE,
         {"adapter_config.json": dumps(base_model_name_or_path=INSTRUCT, peft_type="LORA"), T: dumps(eos_token="</s>"),
          "adapter_model.safetensors": ""}, "acme/Thing-7B-Instruct-dpo"),
    Case("26", "Qwen3-VL#1488", "a fine-tune's processor has no chat_template.json", NO_TEMPLATE, PLAIN, INSTRUCT),
    Case("27", "TGI#1593", "a quantized chat model without a template", NO_TEMPLATE,
         {C: dumps(model_type="llama", quantization_config={"quant_method": "gptq"}), T: dumps(eos_token="</s>")},
         "acme/Thing-7B-Chat-GPTQ"),
    Case("28-29", "ollama#8982, #6371, #6823, #2334, Alpaca#1032", "an imported GGUF gets a blank template", NO_TEMPLATE,
         {"thing.gguf": thing(finetune="chat")}, "acme/Thing-7B-Chat"),
    Case("30-34, 36-37", "vllm#4180, #9320, #7327, ollama#3759, continue#1152, llama3#224, ipex-llm#10815, together-python#137",
         "turns end with <|eot_id|>, generation stops on <|end_of_text|>", NO_STOP, *_LLAMA),
    Case("35", "self-llm#114", "an override omits <|eot_id|>", NO_STOP, *_LLAMA),
    Case("38", "mlx-vlm#2112", "generation_config lists <|endoftext|>, turns end with <|im_end|>", NO_STOP, *_CHATML),
    Case("39-41", "mlx-vlm#1490, mlx-examples#780, koboldcpp#1103", "three stop tokens became one", NO_STOP, *_PHI),
    Case("42", "mlx-engine#142", "<end_of_turn> is not among the stops", NO_STOP, *_GEMMA),
    Case("44", "vllm#2686", "a custom format whose end-of-turn token is not a stop", NO_STOP, *_STEP),
    Case("47", "ollama#17939", "the stops contain a token that occurs inside answers", "template/stops-inside-an-answer",
         {J: "{% for m in messages %}<|start|>{{ m.role }}{% if m.role == 'assistant' %}<|channel|>final{% endif %}<|message|>"
             "{{ m.content }}<|end|>{% endfor %}{% if add_generation_prompt %}<|start|>assistant{% endif %}",
          T: tokens("<|start|>", "<|message|>", "<|end|>", "<|channel|>"), G: dumps(eos_token_id=[1, 2, 3])}),
    Case("48", "unsloth#384", "the wrong eos in a converted Llama 3", NO_STOP, *_LLAMA),
    Case("49-52", "unsloth#915, #658, torchtune#2429, LlamaFactory#5593", "the template's tokens were never trained",
         "weights/turn-end-untrained", {"model.safetensors": untrained(), T: _SPECIALS, J: CHATML}),
    Case("53", "LlamaFactory#563, #2352", "a fine-tune of a base model cannot stop", "config/kept-the-base-eos",
         {"adapter_config.json": dumps(base_model_name_or_path="acme/Thing-7B-Base", peft_type="LORA"), J: CHATML,
          T: tokens("<|endoftext|>", "<|im_start|>", "<|im_end|>"), C: dumps(model_type="qwen2", eos_token_id=0)}, "my-lora"),
    Case("54", "llama3#77", "reserved tokens that were never trained", "weights/turn-end-untrained",
         {"model.safetensors": untrained(), T: _SPECIALS, J: CHATML}),
    Case("55-57", "LlamaFactory#7454, #7943, #3594", "the exported eos is the base model's", "config/kept-the-base-eos",
         {C: dumps(model_type="qwen2", _name_or_path="acme/Thing-7B-Base", eos_token_id=0), J: CHATML,
          T: tokens("<|endoftext|>", "<|im_start|>", "<|im_end|>", eos="<|endoftext|>")}, "export"),
    Case("59-60, 62-63", "llm-course#33, trl#976, #734, #1623, unsloth#416, DeepSeek-Coder#163",
         "the padding token is the EOS token", "tokenizer/pads-with-the-end",
         {T: dumps(eos_token="</s>", pad_token="</s>"), C: dumps(model_type="llama")}),
    Case("61", "granite-3.1-language-models#2", "EOS and padding are the same token", "tokenizer/pads-with-the-end",
         {T: dumps(eos_token="<|end_of_text|>", pad_token="<|end_of_text|>"), C: dumps(model_type="granite")}),
    Case("64-66", "DeepSeek-R1#151, vllm#27486, llama-cpp-python#1439, unsloth#10312", "each text begins with two BOS tokens",
         "template/double-bos",
         {J: LLAMA3, T: dumps(bos_token="<s>", add_bos_token=True), "tokenizer.json": tokenizer_json("<s>", bos="<s>")}),
    Case("67-69", "vllm#340, #3500, EuroEval#52, transformers#26714", "more tokens than embedding rows",
         "tokenizer/larger-than-embedding",
         {C: dumps(model_type="llama", vocab_size=32000), "tokenizer.json": tokenizer_json(highest=32003)}),
    Case("70", "LMFlow#627", "the conversion fails: model and tokenizer differ in size", "weights/gguf-vocabulary-differs",
         {"thing.gguf": thing('tokenizer.ggml.tokens = ["a", "b", "c", "d", "e"]')}),
    Case("71", "E5-V#7", "image_token_index is the vocabulary size", "config/media-token-out-of-range",
         {C: dumps(model_type="llava", image_token_index=32064, text_config={"vocab_size": 32064})}),
    Case("72", "tokenizers#1609", "a special token's id is out of range", "tokenizer/token-id-out-of-range",
         {C: dumps(model_type="llama", vocab_size=128256), T: tokens("<|pad|>", first=128256, pad_token="<|pad|>")}),
    Case("73", "vllm#34186, #34591, #48019", "an adapter loads without an error and the base model answers",
         "weights/adapter-matrices-unknown",
         {"adapter_config.json": dumps(peft_type="LORA", r=4, base_model_name_or_path="acme/Thing-7B"),
          "adapter_model.safetensors": safetensors("model.layers.0.self_attn.q_proj.lora_A.weight F32 4x2")}),
    Case("82, 89", "candle-vllm#162, ggufdoctor's survey", "the copy's template differs from the original's",
         "template/differs-from-base",
         {C: dumps(quantization_config={"quant_method": "awq"}), R: card("base_model: acme/Thing-7B-Chat"), J: LLAMA3,
          T: dumps(bos_token="<s>")}, "someone/Thing-7B-Chat-AWQ", {"acme/Thing-7B-Chat": {J: CHATML}}),
    Case("83", "llama.cpp#22792", "an old GGUF without a template", NO_TEMPLATE, {"old.gguf": thing(finetune="Chat")}, INSTRUCT),
    Case("86", "pollard-weights#66", "every card stated apache-2.0, but the base model has another license",
         "card/license-differs-from-base", {R: card("license: apache-2.0\nbase_model: acme/Thing-7B")}, "someone/Thing-7B-GGUF",
         {"acme/Thing-7B": {R: card("license: mit")}}),
    Case("87", "hub-docs#995", "a LICENSE file, but no license in the card", "card/license-missing",
         {R: card("language: en"), "LICENSE": "MIT License"}),
    Case("88", "huggingface_hub#1936, peft#938", "the automatic card names no base model", "card/base-model-missing",
         {R: card("library_name: peft"), "adapter_config.json": dumps(base_model_name_or_path="acme/Thing-7B", peft_type="LORA")}),
    Case("88", "peft#975", "the default card is full of placeholders", "card/placeholder-left",
         {R: card("library_name: peft", "# Model Card\n\n- **Developed by:** [More Information Needed]\n")}),
    Case("89", "ggufdoctor's survey", "the base model no longer exists", "weights/base-not-found",
         {R: card("base_model: nobody/Thing-7B"), "thing.gguf": thing(f"tokenizer.chat_template = {json.dumps(CHATML)}")}),
    Case("89", "ggufdoctor's survey", "a GGUF repository names no base model", "card/base-model-missing",
         {R: card("license: mit"), "thing.gguf": thing(f"tokenizer.chat_template = {json.dumps(CHATML)}")}),
    Case("102", "onnxruntime-genai#955, peft#2001, unsloth#699", "the adapter's base is a local path", "card/base-model-is-a-path",
         {"adapter_config.json": dumps(base_model_name_or_path="/home/ann/models/thing", peft_type="LORA")}),
)  # fmt: skip

NOT_IN_THE_FILES = {
    "12, 14": "another template is passed on the command line: deployment rules",
    "16": "DeepSeek-V3.2 formats chats in its own code, which is a file of the checkpoint: deploy/chat-without-template",
    "18": "the template was in chat_template.json, which modelcheck reads",
    "43, 45-46": "overrides and Modelfiles: deployment rules",
    "58": "advice, not a fault of a checkpoint",
    "74-76": "the base model that an adapter is served on: deploy/adapter-of-another-base",
    "77-81": "draft models and their targets: deploy/draft-of-another-vocabulary",
    "84-85": "how an engine handles a template that it does not support",
}


def main() -> None:
    from modelcheck.testing import check

    print("| threads | fault | rule | found |\n|---|---|---|---|")
    for case in CASES:
        found = check(case.rule, case.files, name=case.name, others=case.others)
        print(f"| {case.threads} | {case.what} | {case.rule} | {'yes' if found else '**no**'} |")
    print(f"\n{len(CASES)} cases. Not visible in a checkpoint's files:\n")
    for numbers, why in NOT_IN_THE_FILES.items():
        print(f"- {numbers}: {why}")


if __name__ == "__main__":
    main()
