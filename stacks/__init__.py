"""The stacks: compositions of modules, one file each."""
