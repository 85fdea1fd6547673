"""Rules of the profile eu-ai-act: advice on what the EU AI Act requires of providers of general-purpose models."""
