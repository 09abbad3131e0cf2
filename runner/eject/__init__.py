"""`make eject`: the stacks of an environment as readable HCL, without CDKTF.

`origins` synthesizes and notes what made each element, `schemas` tells blocks from attributes,
`expressions` and `blocks` write HCL, `layout` chooses files, `folder` writes them.
"""
