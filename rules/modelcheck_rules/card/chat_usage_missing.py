from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import CardText, Finding, Interface, Verdict, lazy, rule

_CHAT = lazy(
    r"apply_chat_template|chat[._]completions?|chat/completions|messages|\.chat\(|ollama run|--chat-template|conversation|"
    r"vllm serve|pipeline\(|llama-cli|\[INST\]|<\|"
)


@rule(severity="note", since="0.1")
def chat_usage_missing(text: CardText, interface: Interface, verdict: Verdict) -> Iterator[Finding]:
    """The card of an instruct model does not show how to chat with it.

    People copy the first snippet. If it uses neither `apply_chat_template` nor a chat request to a server, they send plain text and
    judge the model by the result.

    ## Bad

    ```markdown acme/Thing-7B-Instruct:README.md
    ---
    license: mit
    ---
    # Thing

    Thing answers questions about ships and the sea, and was tuned on letters of captains.
    ```

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Good

    ````markdown acme/Thing-7B-Instruct:README.md
    ---
    license: mit
    ---
    # Thing

    Thing answers questions about ships and the sea, and was tuned on letters of captains.

    ```python
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True)
    ```
    ````

    ```jinja chat_template.jinja
    {% for m in messages %}<|im_start|>{{ m.role }}
    {{ m.content }}<|im_end|>
    {% endfor %}
    ```

    ## Fix

    Add a snippet that formats messages with the chat template.
    """
    code = "\n".join(snippet.text for snippet in text.snippets)
    shown = _CHAT.search(code) or _CHAT.search(text.whole)
    if verdict.label == "instruct" and interface.chat == "template" and not shown and len(text.whole) > 60:
        yield Finding("the card does not show how to chat: it has no apply_chat_template and no chat request", at=text.at(1))
