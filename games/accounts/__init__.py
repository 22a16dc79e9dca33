"""Developers' own accounts: sessions, the second step of signing in, access tokens."""
