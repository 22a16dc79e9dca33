"""The competition's background work."""

from competition.challenges.clock import look_at_due
from realtime.worker import job

job("competition.challenges", every=1.0)(look_at_due)
