"""Scripts of the developers: what they are bound to, the sandbox they run in, and what they may ask for."""
