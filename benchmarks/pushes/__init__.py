"""Pushes sent by one process, to see what a push costs it: Flint's transports, and others beside them."""
