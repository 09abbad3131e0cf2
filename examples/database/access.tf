# Pods get this group from teams.<team>.namespaces.<namespace>.security_groups of the environment.
# It has no rules: pods keep the group of the nodes beside it.
resource "aws_security_group" "pods" {
  name        = "${local.full_name}-pods"
  description = "Pods that connect to database ${local.full_name}"
  vpc_id      = data.terraform_remote_state.network.outputs.vpc_id
  tags        = { Name = "${local.full_name}-pods" }
}

resource "aws_security_group" "database" {
  name        = local.full_name
  description = "Database ${local.full_name}"
  vpc_id      = data.terraform_remote_state.network.outputs.vpc_id
  tags        = { Name = local.full_name }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  security_group_id = aws_security_group.database.id
  description       = "PostgreSQL from ${var.connect_from}"
  ip_protocol       = "tcp"
  from_port         = aws_db_instance.database.port
  to_port           = aws_db_instance.database.port
  referenced_security_group_id = (
    var.connect_from == "pods"
    ? aws_security_group.pods.id
    : data.terraform_remote_state.cluster.outputs.node_security_group_id
  )
}
