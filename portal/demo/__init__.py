"""The demo: a game to try Flint with, and a story that shows a message's way over real sockets."""
