"""The stacks: thin compositions of modules, one file each."""
