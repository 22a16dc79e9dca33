"""The management API: what the portal's pages do, for programs. One domain function behind both."""
