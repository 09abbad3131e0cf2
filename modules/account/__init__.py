"""The account stack: cost alarms, GuardDuty, AWS Backup."""
