"""Measures one synth with and without the lazy bindings, side by side."""
