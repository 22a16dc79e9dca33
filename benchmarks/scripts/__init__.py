"""What runs of scripts cost the sandbox processes, and what the same costs elsewhere."""
