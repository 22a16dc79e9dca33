"""The faults by name, on both back ends."""

from benchmarks.faults.competing.running import INSTALLATIONS, CompetingFault

TITLES = {
    "challenge": "kill -9 as the last turn of a challenge decides it",
    "match": "kill -9 as a match is found in a pass",
    "build": "kill -9 as a leaderboard is built",
    "reset": "kill -9 as a leaderboard is emptied",
}
FAULTS = {
    f"{scene}_{backend.partition(' ')[0]}": CompetingFault(title, scene, backend)
    for backend in INSTALLATIONS
    for scene, title in TITLES.items()
}
