"""What a team decides for itself: which models it uses, and under which licenses. Each rule is silent until its option is set."""
