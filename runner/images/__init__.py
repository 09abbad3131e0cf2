"""`make images`: the charts and images of an environment, and a script that copies them."""
