# A cluster in the order that AWS needs: network add-ons, nodes, then what runs on nodes.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["111122223333"]
  default_tags {
    tags = { Environment = "test" }
  }
}

variable "kubernetes_version" {
  type    = string
  default = "1.34"
}

variable "addon_versions" {
  type = map(string)
  default = {
    vpc-cni    = "v1.22.4-eksbuild.3"
    kube-proxy = "v1.34.6-eksbuild.29"
    coredns    = "v1.12.4-eksbuild.38"
  }
}

variable "max_size" {
  type    = number
  default = 3
}

variable "groups" {
  type    = list(string)
  default = ["viewers"]
}

locals {
  trust = {
    for service, actions in {
      "eks.amazonaws.com"      = ["sts:AssumeRole"]
      "ec2.amazonaws.com"      = ["sts:AssumeRole"]
      "pods.eks.amazonaws.com" = ["sts:AssumeRole", "sts:TagSession"]
      } : service => jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Action    = actions
          Principal = { Service = service }
        }]
    })
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 2
  vpc_id            = aws_vpc.main.id
  availability_zone = ["us-east-1a", "us-east-1b"][count.index]
  cidr_block        = "10.0.${count.index + 11}.0/24"
}

resource "aws_ec2_subnet_cidr_reservation" "pods" {
  subnet_id        = aws_subnet.private[0].id
  cidr_block       = "10.0.11.128/25"
  reservation_type = "prefix"
  description      = "prefix delegation"
}

resource "aws_security_group" "node" {
  name        = "nodes"
  description = "nodes"
  vpc_id      = aws_vpc.main.id
}

resource "aws_vpc_security_group_ingress_rule" "node" {
  security_group_id            = aws_security_group.node.id
  description                  = "from the control plane"
  referenced_security_group_id = aws_eks_cluster.main.vpc_config[0].cluster_security_group_id
  ip_protocol                  = "-1"
}

resource "aws_cloudwatch_log_group" "cluster" {
  name              = "/aws/eks/main/cluster"
  retention_in_days = 30
}

resource "aws_iam_role" "cluster" {
  name               = "cluster"
  assume_role_policy = local.trust["eks.amazonaws.com"]
}

resource "aws_iam_role" "node" {
  name               = "node"
  assume_role_policy = local.trust["ec2.amazonaws.com"]
}

resource "aws_iam_role_policy_attachment" "node" {
  role       = aws_iam_role.node.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
}

resource "aws_iam_role" "karpenter_node" {
  name               = "karpenter-node"
  assume_role_policy = local.trust["ec2.amazonaws.com"]
}

resource "aws_iam_role" "pod" {
  name               = "pod"
  assume_role_policy = local.trust["pods.eks.amazonaws.com"]
}

resource "aws_eks_cluster" "main" {
  name                          = "main"
  version                       = var.kubernetes_version
  role_arn                      = aws_iam_role.cluster.arn
  bootstrap_self_managed_addons = false
  enabled_cluster_log_types     = ["api", "audit"]

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  upgrade_policy {
    support_type = "STANDARD"
  }

  zonal_shift_config {
    enabled = true
  }

  vpc_config {
    subnet_ids              = aws_subnet.private[*].id
    endpoint_private_access = true
    endpoint_public_access  = false
  }

  depends_on = [aws_cloudwatch_log_group.cluster]
}

resource "aws_eks_addon" "network" {
  for_each             = toset(["vpc-cni", "kube-proxy"])
  cluster_name         = aws_eks_cluster.main.name
  addon_name           = each.key
  addon_version        = var.addon_versions[each.key]
  configuration_values = each.key == "vpc-cni" ? jsonencode({ enableNetworkPolicy = "true" }) : null

  dynamic "pod_identity_association" {
    for_each = each.key == "vpc-cni" ? ["aws-node"] : []
    content {
      service_account = pod_identity_association.value
      role_arn        = aws_iam_role.pod.arn
    }
  }
}

resource "aws_launch_template" "node" {
  name                   = "system"
  vpc_security_group_ids = [aws_security_group.node.id]

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "system" }
  }
}

resource "aws_eks_node_group" "system" {
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "system"
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = aws_subnet.private[*].id
  version         = aws_eks_cluster.main.version
  instance_types  = ["m7i.large"]
  labels          = { role = "system" }

  scaling_config {
    min_size     = 2
    max_size     = var.max_size
    desired_size = 2
  }

  taint {
    key    = "CriticalAddonsOnly"
    effect = "NO_SCHEDULE"
  }

  update_config {
    max_unavailable_percentage = 33
  }

  node_repair_config {
    enabled = true
  }

  launch_template {
    id      = aws_launch_template.node.id
    version = aws_launch_template.node.latest_version
  }

  depends_on = [aws_eks_addon.network, aws_iam_role_policy_attachment.node]
}

resource "aws_eks_addon" "coredns" {
  cluster_name  = aws_eks_cluster.main.name
  addon_name    = "coredns"
  addon_version = var.addon_versions["coredns"]
  depends_on    = [aws_eks_node_group.system]
}

resource "aws_eks_pod_identity_association" "ebs" {
  cluster_name    = aws_eks_cluster.main.name
  namespace       = "kube-system"
  service_account = "ebs-csi-controller-sa"
  role_arn        = aws_iam_role.pod.arn
}

resource "aws_eks_access_entry" "admin" {
  cluster_name      = aws_eks_cluster.main.name
  principal_arn     = "arn:aws:iam::111122223333:role/sso/Admin"
  kubernetes_groups = var.groups
}

resource "aws_eks_access_policy_association" "admin" {
  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_eks_access_entry.admin.principal_arn
  policy_arn    = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"

  access_scope {
    type       = "namespace"
    namespaces = ["team-a", "team-b"]
  }
}

resource "aws_eks_access_entry" "karpenter" {
  cluster_name  = aws_eks_cluster.main.name
  principal_arn = aws_iam_role.karpenter_node.arn
  type          = "EC2_LINUX"
}
