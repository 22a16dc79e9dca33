from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A developer or operator. Players are players.Player and never sign in here."""
