"""What belongs to the account rather than to a cluster: cost alarms, GuardDuty, AWS Backup."""
