"""What the pipelines of a repository do: which environments and stacks, with which roles."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.derived import ci
from config.derived.ci import Provider
from config.environment import Environment
from modules.permissions.names import role_arn
from runner.errors import RunnerError
from runner.manifest import KUBERNETES, STATE, Stack, by_environment, waves


@dataclass(frozen=True)
class Planned:
    """An environment, and how jobs plan it.

    Attributes:
        environment: the environment.
        plan_role: ARN of the role that plans every stack.
        runs_on: the label of its runners on GitHub, or its image on GitLab.
    """

    environment: Environment
    plan_role: str
    runs_on: str

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.environment.name


@dataclass(frozen=True)
class Apply:
    """The apply of one stack.

    Attributes:
        target: its environment.
        stack: its name within the environment.
        role: ARN of the role that applies it.
        deployment: the environment of GitHub or GitLab in which the job runs.
        after: the applies before it.
        needs_kubernetes: whether Terraform connects to the Kubernetes API.
    """

    target: Planned
    stack: str
    role: str
    deployment: str
    after: tuple[str, ...]
    needs_kubernetes: bool

    @property
    def name(self) -> str:
        """Name of the stack: `<environment>-<stack>`."""
        return f"{self.target.name}-{self.stack}"


@dataclass(frozen=True)
class Pipelines:
    """What the pipelines do.

    Attributes:
        branch: the branch that is applied.
        targets: the environments.
        applies: the stacks in the order of apply, wave by wave.
    """

    branch: str
    targets: Sequence[Planned]
    applies: Sequence[Apply]


def pipelines(
    environments: Sequence[Environment], stacks: Sequence[Stack], provider: Provider
) -> Pipelines:
    """Finds out what the pipelines of environments do.

    Args:
        stacks: those of all these environments.

    Raises:
        RunnerError: environments name different repositories or branches, or lack a role; with all
            that is wrong.
    """
    places = {each.name: _place(each, provider) for each in environments}
    problems = list(_different({name: place.address for name, place in places.items()}))
    own = by_environment(stacks)
    targets: dict[str, Planned] = {}
    roles: dict[str, str] = {}
    for environment in environments:
        names = [each.short_name for each in own[environment.name] if each.short_name != STATE]
        plan = _role(environment, "plan", names)
        if plan is None:
            problems.append(
                f"{environment.name}: no role of ci_roles plans all its stacks. Add one with "
                "access: plan, and without stacks, oidc and principals."
            )
        else:
            targets[environment.name] = Planned(
                environment, role_arn(environment, plan), places[environment.name].runs_on
            )
        for name in names:
            apply = _role(environment, "apply", [name])
            if apply is None:
                problems.append(
                    f"{environment.name}: no role of ci_roles applies the stack {name}. Add one "
                    f"with access: apply and stacks: [{name}], without oidc and principals."
                )
            else:
                roles[f"{environment.name}-{name}"] = apply
    if problems:
        raise RunnerError("\n".join(problems), 2)
    branch = environments[0].ci.branch
    return Pipelines(branch, list(targets.values()), list(_applies(stacks, targets, roles)))


@dataclass(frozen=True)
class _Place:
    """Where the pipelines of an environment are: repository and branch, and what runs the jobs."""

    address: str
    runs_on: str


def _place(environment: Environment, provider: Provider) -> _Place:
    ci_ = environment.ci
    if provider == "github" and ci_.github is not None:
        return _Place(f"{ci_.github.repository}, branch {ci_.branch}", ci_.github.runner)
    if provider == "gitlab" and ci_.gitlab is not None:
        address = f"{ci_.gitlab.url}/{ci_.gitlab.project}"
        return _Place(f"{address}, branch {ci_.branch}", ci_.gitlab.image)
    raise RunnerError(f"{environment.name} has no ci.{provider}.", 2)


def _different(addresses: Mapping[str, str]) -> Iterator[str]:
    names: dict[str, list[str]] = {}
    for name, address in addresses.items():
        names.setdefault(address, []).append(name)
    if len(names) > 1:
        found = "; ".join(f"{', '.join(each)}: {address}" for address, each in names.items())
        yield (
            "The pipelines of one repository are for its environments only, and these have "
            f"different ones: {found}. Name some of them: make ci ENV=<environment>."
        )


def _role(environment: Environment, access: str, stacks: Sequence[str]) -> str | None:
    """The first role that jobs of the repository assume, with this access to all these stacks."""
    for name, role in environment.ci_roles.items():
        if (
            role.access == access
            and ci.trusts_repository(environment, name)
            and all(role.stacks is None or stack in role.stacks for stack in stacks)
        ):
            return name
    return None


def _applies(
    stacks: Sequence[Stack], targets: dict[str, Planned], roles: dict[str, str]
) -> Iterator[Apply]:
    chosen = [each for each in stacks if each.name in roles]
    for stack in (stack for wave in waves(chosen) for stack in wave):
        target = targets[stack.environment]
        role = roles[stack.name]
        after = sorted(each for each in stack.dependencies if each in roles)
        yield Apply(
            target,
            stack.short_name,
            role_arn(target.environment, role),
            ci.deployment(target.environment, role),
            tuple(after),
            stack.short_name == KUBERNETES,
        )
