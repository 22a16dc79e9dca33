"""The Django project: settings, urls, asgi; the developers' web pages."""
