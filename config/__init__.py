"""What a user may say of an environment: typed model, loader, rules and limits."""
