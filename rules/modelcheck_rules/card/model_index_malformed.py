from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

_REQUIRED = (("task", "type"), ("dataset", "type"), ("dataset", "name"), ("metrics",))
_TEXTS = (
    ("task", "type"),
    ("task", "name"),
    *(("dataset", key) for key in ("type", "name", "config", "split", "revision")),
)


@rule(severity="warning", since="0.1")
def model_index_malformed(card: ModelCard) -> Iterator[Finding]:
    """A result in the model index lacks a required field, or a field that must be a string is not one.

    Each result needs the task's type, the dataset's type and name, and metrics with type and value. huggingface_hub raises an error
    when it loads a card without them, unless it is called with an option to ignore metadata errors. The Hub rejects a card in which
    one of the dataset's fields is null or a number: leave out a field that has no value.

    ## Bad

    ```markdown README.md
    ---
    license: mit
    model-index:
    - name: Thing
      results:
      - task:
          type: text-generation
        metrics:
        - type: accuracy
          value: 0.5
    ---
    # Thing
    ```

    ## Good

    ```markdown README.md
    ---
    license: mit
    model-index:
    - name: Thing
      results:
      - task:
          type: text-generation
        dataset:
          type: acme/talks
          name: Talks
        metrics:
        - type: accuracy
          value: 0.5
    ---
    # Thing
    ```

    ## Fix

    Add the fields named in the finding, or move the results to `.eval_results/`.
    """
    index = card.front_matter.get("model-index") if card.front_matter else None
    for model in index or ():
        if model.get("name") is None:
            yield Finding("entry of model-index without name", at=model.span)
            return
        for result in model.get("results") or ():
            missing = [".".join(keys) for keys in _REQUIRED if result.get(*keys) is None]
            for metric in result.get("metrics") or ():
                missing += [f"metrics.{key}" for key in ("type", "value") if metric.get(key) is None]
            if result.get("source") is not None and result.get("source", "url") is None:
                missing.append("source.url")
            if missing:
                yield Finding(f"result in model-index without {', '.join(dict.fromkeys(missing))}", at=result.span)
                return
            for keys in _TEXTS:
                field = result.get(*keys)
                if field is not None and not isinstance(field.value, str):
                    shown = "null" if field.text is not None and field.value is None else field.text or "no text"
                    yield Finding(f"{'.'.join(keys)} of a result in model-index must be a string, not {shown}", at=field.span)
                    return
