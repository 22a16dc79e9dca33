"""Achievements: earned by triggers on leaderboards or by a call, with what they bring (§4)."""
