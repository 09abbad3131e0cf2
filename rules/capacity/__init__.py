"""Rules of nodes and addresses: there are enough for the pods."""
