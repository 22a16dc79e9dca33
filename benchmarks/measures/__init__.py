"""What is measured: each function runs its rounds and returns what it saw, by the figures' names."""
