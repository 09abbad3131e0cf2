"""`platform.aws_load_balancer_controller`."""
