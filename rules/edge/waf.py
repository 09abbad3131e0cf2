"""Rules of `edge.waf`, the firewall of the Application Load Balancer."""

from collections.abc import Iterator
from typing import Final

from config.environment import Environment
from config.problem import Problem
from config.reading.nearest import nearest
from modules.edge.waf_groups import GROUPS
from rules.duplicates import repeated
from rules.registration import rule

WAF: Final = ("edge", "waf")


@rule("edge")
def firewall_rules_fit(environment: Environment) -> Iterator[Problem]:
    """Rule groups are unique, and rules that only count belong to one of them."""
    waf = environment.edge.waf
    yield from repeated((*WAF, "rule_groups"), waf.rule_groups)
    for group in waf.count_rules:
        if group not in waf.rule_groups:
            message = "is a rule group that edge.waf.rule_groups does not name"
            yield Problem((*WAF, "count_rules", group), message, group)
    if waf.enabled and not waf.rule_groups and waf.rate_limit is None:
        message = "is empty, and there is no rate limit: the firewall would allow every request"
        yield Problem((*WAF, "rule_groups"), message, [])


@rule("edge", severity="warning")
def rules_that_count_exist(environment: Environment) -> Iterator[Problem]:
    """Rules that only count are rules of their group: AWS ignores other names."""
    for group, names in environment.edge.waf.count_rules.items():
        known = GROUPS[group].rules
        for index, name in enumerate(names):
            if name not in known:
                path = (*WAF, "count_rules", group, index)
                message = f"is no known rule of {GROUPS[group].name}, so that it goes on to block"
                yield Problem(path, message, name, ", ".join(known), nearest(name, known))
