"""What the faults need inside the server. It is here and not in the product."""
