"""Reads YAML files into a model and says where each problem is and what is allowed instead.

It knows nothing of EKS: the model and its synonyms are handed in. `yaml_file` and `extends` make
`WrittenSettings`, which know their places; `validate` makes the model of them, or what is known of
a wrong one; `report` writes the problems.
"""
