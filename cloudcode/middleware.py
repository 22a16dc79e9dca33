"""Middleware: scripts around a request."""

from cloudcode import locks
from cloudcode.host import client_budget
from cloudcode.request_runs import answer
from games.config_store import configs
from protocol.request import Next, Request, Response


def scripts(next: Next) -> Next:
    """The last before the handler. A request without a bound script costs one look-up."""

    async def scripted(request: Request) -> Response:
        config = configs.cached(request.session.stage_id)
        bound = None if config is None else config.sections["scripts"].requests.get(request.name)
        if config is None or bound is None or not bound.concern(request.raw):
            return await next(request)
        async with locks.released(client_budget()) as budget:
            return await answer(request, next, config, bound, budget)

    return scripted
