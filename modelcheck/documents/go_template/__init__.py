"""Go templates as Helm uses them: parsed and evaluated in this process, within limits, by an evaluator that runs no code.

Every character of the result knows whether the template, a helper or a value wrote it.
"""
