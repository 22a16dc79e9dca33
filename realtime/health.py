"""`/healthz`: the process lives. `/readyz`: it can serve."""

import asyncio

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from realtime import database, lifecycle

PATIENCE = 2.0  # seconds for the database to answer

_migrated = False


async def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


async def readyz(request: HttpRequest) -> JsonResponse:
    """200 `{"ready": true}`, else 503 `{"ready": false, "missing": [{"what": …, "detail": …}]}`."""
    missing = [] if not lifecycle.stopping() else [{"what": "process", "detail": "it is ending"}]
    missing += await _database_faults()
    if missing:
        return JsonResponse({"ready": False, "missing": missing}, status=503)
    return JsonResponse({"ready": True})


async def _database_faults() -> list[dict[str, str]]:
    try:
        async with asyncio.timeout(PATIENCE):
            unapplied = await database.run(_unapplied_migrations)
    except TimeoutError:
        return [{"what": "database", "detail": f"no answer within {PATIENCE:g} s"}]
    except Exception as error:
        return [{"what": "database", "detail": type(error).__name__}]
    return [{"what": "migrations", "detail": f"{name} is not applied"} for name in unapplied]


def _unapplied_migrations() -> list[str]:
    """Compared until none is missing; from then on the database only has to answer."""
    global _migrated
    if _migrated:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _migrated = not plan
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
