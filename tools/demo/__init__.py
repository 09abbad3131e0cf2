"""A demonstration on the local AWS, from one YAML file to a second plan: `make demo`."""
