# The state of this stack is in the bucket of the environment, beside those of the platform:
# terraform init -backend-config=backend.hcl
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.95, < 7.0"
    }
  }
  backend "s3" {}
}

provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account]
  default_tags {
    tags = { environment = var.environment, managed-by = "terraform", team = var.team }
  }
}
