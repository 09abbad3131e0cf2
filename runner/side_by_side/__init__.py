"""A command on several regions at the same time, each in a process of its own."""
