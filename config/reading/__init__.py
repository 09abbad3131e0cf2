"""Reads YAML files into a model and says where each problem is and what is allowed instead.

It knows nothing of EKS: the model and its synonyms are handed in. `text_file`, `yaml_file` and
`extends` make a tree of nodes, `validate` makes the model of it, `report` writes the problems.
"""
