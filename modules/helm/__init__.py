"""How any Helm release is made."""
