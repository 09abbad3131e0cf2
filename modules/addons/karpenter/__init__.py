"""`platform.karpenter`."""
