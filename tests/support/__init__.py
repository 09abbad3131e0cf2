"""What tests share: reading synthesized output, building environments."""
