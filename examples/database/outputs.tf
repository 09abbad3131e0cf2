locals {
  secret = aws_db_instance.database.master_user_secret[0].secret_arn
  # RDS names it rds!db-<uuid>, and Secrets Manager appends six characters to the ARN. A prefix up
  # to the first hyphen of the UUID is that of this secret only.
  secret_name   = regex("secret:(.*)-[^-]+$", local.secret)[0]
  secret_prefix = regex("^rds!db-[^-]+-", local.secret_name)
}

output "address" {
  description = "Host name of the database"
  value       = aws_db_instance.database.address
}

output "pod_security_group_id" {
  description = "For teams.<team>.namespaces.<namespace>.security_groups of the environment"
  value       = aws_security_group.pods.id
}

output "secret_prefix" {
  description = "For platform.external_secrets.prefixes of the environment"
  value       = local.secret_prefix
}

output "manifests" {
  description = "The store and the Kubernetes Secret, for kubectl apply"
  value = templatefile("${path.module}/manifests.yaml.tftpl", {
    name      = "${var.name}-database"
    store     = "${var.team}-${var.name}-database"
    namespace = var.namespace
    region    = var.region
    prefix    = local.secret_prefix
    key       = trimprefix(local.secret_name, local.secret_prefix)
    address   = aws_db_instance.database.address
    port      = aws_db_instance.database.port
    database  = aws_db_instance.database.db_name
  })
}
