"""Karpenter's AWS side: what it and its nodes may do, and how it hears of interruptions."""
