resource "aws_db_instance" "database" {
  identifier     = local.full_name
  db_name        = var.name
  engine         = "postgres"
  engine_version = "17"
  instance_class = var.instance_class
  multi_az       = var.multi_az

  # The isolated subnets, which have no route to the internet.
  db_subnet_group_name   = data.terraform_remote_state.network.outputs.database_subnet_group
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false

  # RDS makes the password, stores it in Secrets Manager and rotates it; no state contains it.
  username                    = "postgres"
  manage_master_user_password = true

  storage_type          = "gp3"
  allocated_storage     = var.storage_gib
  max_allocated_storage = 5 * var.storage_gib
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  backup_retention_period   = 14
  copy_tags_to_snapshot     = true
  final_snapshot_identifier = "${local.full_name}-final"
  deletion_protection       = var.deletion_protection

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
}
