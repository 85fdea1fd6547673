"""Whether the weights of one model come from those of another: permutation tests on a few rows, with exact p-values."""
