"""The commands of `eks-platform`, one file for each group of its help.

A new command is one function with the decorator of its file; its docstring is its line of the help.
"""
