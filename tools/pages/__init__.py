"""The reference pages by name, each a function that returns its Markdown."""

from pages.api import api_page
from pages.ciphers import ciphers_page
from pages.commands import commands_page
from pages.events import events_page
from pages.metrics import metrics_page
from pages.oversight import controls_page, regimes_page
from pages.problems import problems_page
from pages.rubric import rubric_page
from pages.rules import rules_page
from pages.settings import settings_page
from pages.sources import sources_page
from sealane.risk import reference_markdown

__all__ = ["PAGES"]

PAGES = {
    "api": api_page,
    "commands": commands_page,
    "settings": settings_page,
    "ciphers": ciphers_page,
    "signals": reference_markdown,
    "rules": rules_page,
    "rubric": rubric_page,
    "controls": controls_page,
    "regimes": regimes_page,
    "problems": problems_page,
    "metrics": metrics_page,
    "events": events_page,
    "sources": sources_page,
}
