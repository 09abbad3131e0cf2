"""The words of the program's help."""

from typing import Final

PROGRAM: Final = "eks-platform"
"""As it is installed by `make setup`, in `.venv/bin`."""

FOR_TERRAFORM: Final = ("plan", "drift", "apply", "destroy", "providers-lock")
"""Commands that pass arguments on to terraform."""

PASSED_ON: Final = (
    "The first argument with one dash (-lock=false) and all after it, or all after --, are passed "
    "to terraform."
)
"""The end of the help of such a command."""

HELP: Final = (
    "Makes an EKS platform of one YAML file, and runs Terraform on its stacks. ENVIRONMENT is "
    "a name from environments/ or examples/environments/, or the path of a file."
)

EXIT_CODES: Final = (
    "Exit codes: 0, done; 1, AWS, Kubernetes or a check refused, or something was found; 2, "
    "the command line or the configuration is wrong. If Terraform fails, its own exit code. "
    "plan and drift have more, which their help names."
)
