variable "environment" {
  description = "Name of the environment, as in its YAML file"
  type        = string
}

variable "account" {
  description = "AWS account of the environment"
  type        = string
}

variable "region" {
  description = "AWS region of the environment"
  type        = string
}

variable "team" {
  description = "Team that uses the database"
  type        = string
}

variable "namespace" {
  description = "Namespace of the team whose pods connect to the database"
  type        = string
}

variable "name" {
  description = "Name of the database: a letter, then letters and digits"
  type        = string
}

variable "connect_from" {
  description = "pods: only pods with the security group that this stack makes; nodes: all pods"
  type        = string
  default     = "pods"
  validation {
    condition     = contains(["pods", "nodes"], var.connect_from)
    error_message = "connect_from must be pods or nodes."
  }
}

variable "instance_class" {
  description = "Instance class of the database"
  type        = string
  default     = "db.t4g.medium"
}

variable "storage_gib" {
  description = "Size of the storage in GiB; RDS enlarges it up to five times"
  type        = number
  default     = 20
}

variable "multi_az" {
  description = "A standby in another Availability Zone"
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "KMS key of storage and snapshots; null for the key that AWS manages for RDS"
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Let RDS refuse to delete the database"
  type        = bool
  default     = true
}
