"""What `destroy` does besides `terraform destroy`: what controllers made is in no state."""
