"""The README's pictures, drawn from synthesized stacks as Mermaid flowcharts."""
