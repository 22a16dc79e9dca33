"""What developers keep of the test harness."""

from django.db import models


class HarnessScenario(models.Model):
    """Requests in order, from up to four sockets, with what is expected back (games.harness_scenarios)."""

    game = models.ForeignKey("games.Game", on_delete=models.CASCADE, related_name="harness_scenarios")
    name = models.CharField(max_length=80)
    steps = models.JSONField()
    author = models.ForeignKey("games.User", on_delete=models.SET_NULL, null=True, related_name="+")
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["game", "name"], name="harness_scenario_game_name")]

    def __str__(self) -> str:
        return self.name
