"""Forms: what people do in the console, sent by a button, guarded against other sites, and named on the log."""

from sealane.web.console.forms.posting import Sent, action, actor_of, showing

__all__ = ["Sent", "action", "actor_of", "showing"]
