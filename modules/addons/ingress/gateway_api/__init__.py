"""The Gateway API: its CRDs, the platform's Gateway, and a controller that serves nothing else."""
