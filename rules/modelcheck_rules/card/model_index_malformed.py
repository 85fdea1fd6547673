from __future__ import annotations

from collections.abc import Iterator

from modelcheck.api import Finding, ModelCard, rule

_REQUIRED = (("task", "type"), ("dataset", "type"), ("dataset", "name"), ("metrics",))


@rule(severity="warning", since="0.1")
def model_index_malformed(card: ModelCard) -> Iterator[Finding]:
    """A result in the model index lacks a required field.

    Each result needs the task's type, the dataset's type and name, and metrics with type and value. huggingface_hub raises an error
    when it loads a card without them, unless it is called with an option to ignore metadata errors.

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
