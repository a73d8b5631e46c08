"""People in the console: their own passkeys, and for operators everybody's roles, the parties' keys and the policy."""

from starlette.routing import BaseRoute

from sealane.web.console.people import account, directory, entry, keys, ourkeys, policy, settings

__all__ = ["routes"]

routes: list[BaseRoute] = [
    *entry.routes,
    *directory.routes,
    *account.routes,
    *settings.routes,
    *keys.routes,
    *ourkeys.routes,
    *policy.routes,
]
