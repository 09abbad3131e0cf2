# Every target does its own set-up. ENV names an environment of environments/ or
# examples/environments/.
PYTHON := .venv/bin/python
PROGRAM := .venv/bin/eks-platform
ENV    ?=
STACK  ?=
TO     ?=
AGAINST ?=
PROVIDER ?=
REGIONS ?=
ARGS   ?=
# What runs the stacks, a name on the PATH or a path: tofu for OpenTofu.
TERRAFORM ?= terraform
# A POSIX shell's ENV is the path of its start-up file (as in rules/load.py).
ifeq ($(origin ENV),environment)
override ENV := $(foreach name,$(ENV),$(if $(findstring /,$(name)),$(filter %.yaml,$(name)),$(name)))
endif
# Terraform waits for the AWS provider's own delays most of the time: more workers than cores.
WORKERS ?= 6

export TERRAFORM
export CHECKPOINT_DISABLE := 1
# Compiled modules make each run seconds faster, also where the shell forbids writing them.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup hooks goldens init synth demo test test-lifecycle test-examples lint bench verify-charts \
	versions ci ip-plan capacity check roles permissions providers-lock images fetch-charts plan apply destroy \
	unlock upgrade-plan eject failover failback efs-failover efs-overwrite tunnel bootstrap test-successor drift \
	bill page prices site \
	bootstrap-destroy emulator kubernetes test-kubernetes charts docs lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

setup: ## Check the prerequisites and install the locked packages
	@scripts/setup

init: setup ## Write a new environment to environments/, ENV or asked; ARGS='--use-case prod --region eu-west-1' for example
	@$(PROGRAM) init $(ENV) $(ARGS)

synth: setup ## Write Terraform JSON of all environments, or of ENV, to cdktf.out
	@$(PROGRAM) synth $(ENV)

demo: setup ## Synthesize ENV, dev by default, and apply it on the embedded local AWS, and the platform where Kubernetes is built
	@$(PYTHON) -m tools.demo $(ENV)

test: lint ## Check style and types, run the tests but those of the four targets below
	@scripts/setup-scanners
	@scripts/setup-promtools
	@scripts/setup-actionlint
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder \
		--durations=10 -m "not kubernetes and not examples and not lifecycle and not successor" $(ARGS)

test-lifecycle: setup ## Apply, kill, change and destroy whole environments with Terraform on the local AWS
	@$(PYTHON) -m pytest tests/lifecycle tests/stacks tests/runner/backend tests/tools/emulator \
		-n $(WORKERS) --dist loadfile --no-loadscope-reorder -m lifecycle --durations=5 $(ARGS)

test-examples: setup ## Plan every example with Terraform, apply every platform to stand-ins
	@$(PYTHON) -m pytest -n $(WORKERS) --dist loadgroup -m examples --durations=5 $(ARGS)

test-kubernetes: setup ## Run the tests that need a Kubernetes API; builds it from Go modules once
	@scripts/setup-go
	@$(PYTHON) -m tools.kubernetes.prepare
	@$(PYTHON) -m pytest tests/kubernetes -m kubernetes --durations=10 $(ARGS)

test-successor: setup ## Synthesize every example with the packages of CDKTF's successor and compare
	@scripts/setup-successor
	@$(PYTHON) -m pytest -m successor tests/successor $(ARGS)

lint: setup ## Check style, types and which package imports which
	@.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/basedpyright \
		&& .venv/bin/lint-imports --no-logo --no-cache

bench: setup ## Measure the synth with and without the lazy bindings, side by side
	@$(PYTHON) -m tools.bench $(ARGS)

verify-charts: setup ## Fetch the real charts and render them with our values
	@EKS_PLATFORM_VERIFY_CHARTS=1 $(PYTHON) -m pytest tests/charts/test_real_charts.py $(ARGS)

versions: setup ## Compare the pinned versions with the newest ones; write what is newer to versions.patch
	@$(PROGRAM) versions $(ARGS)

ip-plan: setup required-env ## Print the addresses of ENV; ARGS=--json
	@$(PROGRAM) ip-plan $(ENV) $(ARGS)

capacity: setup required-env ## Print the requests of the pods of ENV and the allocatable resources of its nodes; ARGS=--json
	@$(PROGRAM) capacity $(ENV) $(ARGS)

bill: setup required-env ## Print what ENV costs in a month, and with AGAINST=<environment, file or revision> the difference; ARGS=--json, --what-if
	@$(PROGRAM) bill $(ENV) $(if $(AGAINST),--against $(AGAINST)) $(ARGS)

page: setup required-env ## Write ENV as one HTML file to the folder pages, and with AGAINST=<environment, file or revision> the difference; ARGS='--to FOLDER'
	@$(PROGRAM) page $(ENV) $(if $(AGAINST),--against $(AGAINST)) $(ARGS)

prices: setup ## Fetch the prices of REGIONS from AWS's public price list for make bill
	@test -n "$(REGIONS)" || { echo 'Of which regions? For example: make prices REGIONS="eu-west-1 eu-central-1"' >&2; exit 2; }
	@$(PROGRAM) prices $(REGIONS) $(ARGS)

check: setup required-env ## Check whether the AWS account of ENV has what it needs, before the first apply; only reads. ARGS=--json
	@$(PROGRAM) check $(ENV) $(ARGS)

ci: setup ## Write the pipelines of your repository for all environments, or ENV; PROVIDER=github or gitlab, ARGS='--out FOLDER' or --force
	@$(PROGRAM) ci $(ENV) $(if $(PROVIDER),--provider $(PROVIDER)) $(ARGS)

eject: setup required-env ## Write the stacks of ENV as HCL to the folder ejected, which Terraform runs without this project; ARGS='--to FOLDER' or --force
	@$(PROGRAM) eject $(ENV) $(ARGS)

roles: setup required-env ## Print what each IAM role of ENV must hold that others make: trust policy and permissions as JSON
	@$(PROGRAM) roles $(ENV)

permissions: setup required-env ## Print the IAM policies with which a role plans or applies each stack of ENV, or STACK, as JSON
	@$(PROGRAM) permissions $(ENV) $(STACK)

providers-lock: setup required-env ## Write lock files of the providers of ENV, or STACK; ARGS=-platform=linux_amd64 for example
	@$(PROGRAM) providers-lock $(ENV) $(STACK) $(ARGS)

fetch-charts: setup required-env ## Fetch the charts of ENV into its folder platform.charts.folder
	@$(PROGRAM) fetch-charts $(ENV)

images: setup required-env ## List the charts and images of ENV; ARGS=--json, --digests to record those of images, --script for a script that copies them to its registry
	@$(PROGRAM) images $(ENV) $(ARGS)

plan: setup required-env ## Plan all stacks of ENV, or STACK, and print one page of it; ARGS=--no-deletes, --markdown, -lock=false for example
	@$(PROGRAM) plan $(ENV) $(STACK) $(ARGS)

drift: setup required-env ## Find what was changed outside Terraform in the stacks of ENV, or STACK; ARGS=--markdown for example
	@$(PROGRAM) drift $(ENV) $(STACK) $(ARGS)

apply: setup required-env ## terraform apply of all stacks of ENV, or of STACK
	@$(PROGRAM) apply $(ENV) $(STACK) $(ARGS)

destroy: setup required-env ## Destroy all stacks of ENV but the state, or STACK, and what controllers made; ARGS=--dry-run lists it
	@$(PROGRAM) destroy $(ENV) $(STACK) $(ARGS)

upgrade-plan: setup required-env ## Print the steps of an upgrade of ENV to the Kubernetes minor TO, and what would block it; KUBECONFIG= reads the live cluster too, ARGS=--write writes the next settings, --json
	@test -n "$(TO)" || { echo "To which Kubernetes minor? For example: make upgrade-plan ENV=$(ENV) TO=1.36" >&2; exit 2; }
	@$(PROGRAM) upgrade-plan $(ENV) $(TO) $(ARGS)

unlock: setup required-env ## Release the states and Helm releases that an interrupted apply of ENV left locked
	@$(PROGRAM) unlock $(ENV) $(STACK) $(ARGS)

failover: setup required-env ## Lead all requests of ENV to the region TO (its code); ARGS=--dry-run only checks it, --force goes on if it looks unable to serve
	@test -n "$(TO)" || { echo "To which region? For example: make failover ENV=$(ENV) TO=euc1" >&2; exit 2; }
	@$(PROGRAM) failover $(ENV) $(TO) $(ARGS)

failback: setup required-env ## Let the health of the regions of ENV decide again where requests go
	@$(PROGRAM) failback $(ENV) $(ARGS)

efs-failover: setup required-env ## End the replication of the shared file system of ENV, so that the copy in TO can be written to
	@test -n "$(TO)" || { echo "To which region? For example: make efs-failover ENV=$(ENV) TO=euc1" >&2; exit 2; }
	@$(PROGRAM) efs-failover $(ENV) $(TO) $(ARGS)

efs-overwrite: setup required-env ## Let the next apply overwrite the shared file system of ENV in the region TO
	@test -n "$(TO)" || { echo "Which region? For example: make efs-overwrite ENV=$(ENV) TO=euw1" >&2; exit 2; }
	@$(PROGRAM) efs-overwrite $(ENV) $(TO) $(ARGS)

tunnel: setup required-env ## Open a tunnel to the private Kubernetes API of ENV through a node, until Ctrl-C
	@$(PROGRAM) tunnel $(ENV)

bootstrap: setup required-env ## Make the state backend of ENV and move its own state into it
	@$(PROGRAM) bootstrap $(ENV) $(ARGS)

bootstrap-destroy: setup required-env ## Destroy the state backend of ENV
	@$(PROGRAM) bootstrap-destroy $(ENV) $(ARGS)

emulator: setup ## Start the local AWS and print the variables that lead to it
	@$(PYTHON) -m tools.emulator $(ARGS)

kubernetes: setup ## Start a Kubernetes API, with the nodes of ENV, and print what leads to it
	@scripts/setup-go
	@$(PYTHON) -m tools.kubernetes $(ENV) $(ARGS)

charts: setup ## Fetch all pinned charts into .charts, for tests on a Kubernetes API
	@$(PYTHON) -m tools.kubernetes.charts $(ARGS)

goldens: setup ## Record the addresses and names of all examples anew
	@$(PYTHON) -m pytest -q tests/stacks/test_addresses.py --update-goldens

docs: setup ## Write the generated documents
	@$(PYTHON) -m tools.docs

site: setup ## Write the documents as a site with search to the folder site, with its links checked
	@scripts/setup-site
	@$(PYTHON) -m tools.site $(ARGS)

hooks: setup ## Install a Git hook that regenerates documents and runs the linters
	@.venv/bin/pre-commit install

lock: setup ## Lock the newest packages that the Pipfile allows
	@PIPENV_VENV_IN_PROJECT=1 PIPENV_VERBOSITY=-1 .pipenv/bin/pipenv lock --dev
	@$(PYTHON) -m tools.strip_lock

clean: ## Remove the synthesized output
	@rm -rf cdktf.out

.PHONY: required-env
required-env:
	@test -n "$(ENV)" || { echo "Which environment? For example: make $(firstword $(MAKECMDGOALS)) ENV=dev" >&2; exit 2; }
