"""What resources cost, by type: those that take more than a line of types.yaml."""
