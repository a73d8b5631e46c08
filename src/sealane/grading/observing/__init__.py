"""Observing: from what was seen to named checks that failed or earned a bonus; pure, and without any weight."""

from sealane.grading.observing.headers import observe_headers
from sealane.grading.observing.scripts import observe_scripts
from sealane.grading.observing.transport import observe_transport

__all__ = ["observe_headers", "observe_scripts", "observe_transport"]
