"""How every Helm release is made: contract, order, values, resources."""
