"""A naive model of a challenge, written from the sentences of the rules. It imports nothing of the server."""

from dataclasses import dataclass, field


@dataclass
class Model:
    """One challenge. `now` and the times are minutes; `heard` are the messages of the last thing done, as
    (what, recipients)."""

    private: bool
    invited: list[str]
    minimum: int | None = None
    maximum: int | None = None
    auto: bool = False
    start: int | None = None
    expiry: int | None = None
    end: int = 60
    most_turns: int | None = None
    now: int = 0
    state: str = "ISSUED"
    accepted: list[str] = field(default_factory=lambda: ["Ana"])
    declined: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)
    heard: list[tuple[str, list[str]]] = field(default_factory=list)

    def tell(self, what: str, who: list[str]) -> None:
        if who:
            self.heard.append((what, sorted(who)))

    @property
    def open_invitations(self) -> list[str]:
        return [each for each in self.invited if each not in self.accepted + self.declined]

    # --- what somebody does ---------------------------------------------------------------------------------

    def accept(self, name: str) -> bool:
        full = self.maximum is not None and len(self.accepted) >= self.maximum
        if self.state != "ISSUED" or name not in self.open_invitations or full:
            return False
        self.accepted.append(name)
        self.tell("Accepted", self.accepted)
        self.begin()
        return True

    def decline(self, name: str) -> bool:
        if self.state != "ISSUED" or name not in self.open_invitations:
            return False
        self.declined.append(name)
        if self.private and not self.open_invitations and self.accepted == ["Ana"]:
            self.state = "DECLINED"
        self.tell("Declined", self.accepted)
        self.begin()
        return True

    def join(self, name: str) -> bool:
        full = self.maximum is not None and len(self.accepted) >= self.maximum
        closed = self.state not in ("ISSUED", "WAITING") or (
            self.expiry is not None and self.expiry <= self.now
        )
        if full or closed or name in self.accepted:
            return False
        self.tell("Joined", self.accepted)
        self.accepted.append(name)
        if name in self.declined:
            self.declined.remove(name)
        self.begin()
        return True

    def withdraw(self) -> bool:
        if self.state != "ISSUED":
            return False
        self.state = "WITHDRAWN"
        self.tell("Withdrawn", [each for each in self.accepted if each != "Ana"] + self.open_invitations)
        return True

    def script_start(self) -> bool:
        if self.state not in ("ISSUED", "WAITING") or len(self.accepted) < 2:
            return False
        self.run()
        return True

    def script_win(self, name: str) -> bool:
        if self.state != "RUNNING" or name not in self.accepted:
            return False
        self.state = "COMPLETE"
        self.tell("Won", [name])
        self.tell("Lost", [each for each in self.accepted if each != name])
        return True

    # --- what follows ---------------------------------------------------------------------------------------

    def run(self) -> None:
        self.state = "RUNNING"
        self.tell("Started", self.accepted)

    def begin(self) -> None:
        """After somebody came in or said no."""
        if self.state != "ISSUED":
            return
        count = len(self.accepted)
        enough = count >= max(2, self.minimum or 2)
        full = self.maximum is not None and count >= self.maximum
        if self.auto and full and enough:
            self.run()
        elif self.start is not None:
            if enough and self.start <= self.now:
                self.run()
            elif enough and not self.auto:
                self.state = "WAITING"
                self.tell("Waiting", self.accepted)
        elif self.minimum is not None:
            if enough:
                self.run()
        elif not self.auto and count >= 2 and (not self.private or not self.open_invitations or full):
            self.run()

    def wait_until(self, minute: int) -> None:
        """Minute by minute, with a worker that never sleeps."""
        while self.now < minute:
            self.now += 1
            self.minute()

    def minute(self) -> None:
        if self.state in ("ISSUED", "WAITING") and self.start == self.now:
            if len(self.accepted) >= max(2, self.minimum or 2):
                self.run()
            elif self.expiry is None:
                self.expire()
        if self.state == "ISSUED" and self.now in (self.expiry, self.end):
            self.expire()
        if self.state == "RUNNING" and self.end == self.now:
            self.state = "COMPLETE"
            self.tell("Drawn", self.accepted)

    def expire(self) -> None:
        self.state = "EXPIRED"
        self.tell("Expired", self.accepted + self.open_invitations)
