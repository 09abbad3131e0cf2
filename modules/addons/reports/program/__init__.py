"""The program of the reports, which runs in a pod of its own.

It is shipped as it is, in a ConfigMap, and has nothing but Python's standard library: neither
packages nor the rest of this project.
"""
