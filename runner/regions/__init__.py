"""A command on a platform in several regions: the order of its stacks, and its shared files."""
