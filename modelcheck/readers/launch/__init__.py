"""Programs: engines, trainers and evaluators, their arguments, variables and defaults, and the models that they use."""
