"""The competition's background work."""

from competition.challenges.clock import look_at_due
from competition.events.post_records import delete_old_posts
from competition.goods.retention import delete_old_transactions
from competition.leaderboards.folding import fold_all
from competition.leaderboards.keeping import JOB, keep_boards
from realtime import database
from realtime.worker import job

job("competition.challenges", every=1.0)(look_at_due)
job(JOB, every=1.0)(keep_boards)


@job("competition.fold_boards", every=1.0)
async def fold_boards() -> bool:
    return await database.run(fold_all)


@job("competition.delete_old_posts", every=300.0)
async def forget_posts() -> bool:
    return await database.run(delete_old_posts)


@job("competition.delete_old_transactions", every=300.0)
async def forget_transactions() -> bool:
    return await database.run(delete_old_transactions)
