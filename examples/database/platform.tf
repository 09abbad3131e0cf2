# What the platform's stacks made, from their states. Reading needs the policies of these states:
# `terraform output access_policy_arns` in the state stack.
data "terraform_remote_state" "network" {
  backend = "s3"
  config  = merge(local.states, { key = "${var.environment}/network.tfstate" })
}

data "terraform_remote_state" "cluster" {
  backend = "s3"
  config  = merge(local.states, { key = "${var.environment}/cluster.tfstate" })
}

locals {
  states = {
    bucket = "${var.environment}-tfstate-${var.account}-${var.region}"
    region = var.region
  }
  full_name = "${var.environment}-${var.team}-${var.name}"
}
