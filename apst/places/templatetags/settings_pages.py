"""The pages under Settings that the reader may open: `{% load settings_pages %}`."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

register = template.Library()

# (words, name of the address, the actions any of which opens it, for the whole taskforce or for what is one's own; none
# for every member). An address above belongs to the item whose address it begins with.
PAGES = (
    ("People and roles", "people:member-list", ("people.manage",)),
    ("Specialists and posts", "people:specialist-list", ("people.manage",)),
    ("Induction checklist", "people:induction-items", ("people.manage",)),
    ("Costs", "people:cost-list", ("people.manage",)),
    ("Sites", "places:site-list", ("settings.change",)),
    ("Establishments", "places:establishment-list", ("calendar.change",)),
    ("Calendar", "places:calendar", ("calendar.change",)),
    ("Clocks and targets", "cases:clock-targets", ("settings.change",)),
    ("Needs checklist", "cases:checklist", ("settings.change",)),
    ("Instruments", "cases:instrument-list", ("settings.change",)),
    ("Imports", "imports:import-list", ("record.import",)),
    ("Words pupils read", "cases:words", ("settings.change",)),
    ("Taskforce", "places:taskforce", ("settings.change",)),
    ("Sharing", "sharing:agreement-list", ("agreement.draft", "agreement.sign", "disclosure.view")),
    ("Emergencies", "cases:emergency-list", ("access_log.view",)),
    ("Access log", "accounts:access-log", ("access_log.view",)),
    ("Emails to me", "notices:choices", ()),
    ("My calendar address", "notices:calendar-address", ("meeting.attend",)),
    ("Who can see what", "accounts:who-can-see-what", ()),
)


@register.simple_tag(takes_context=True)
def settings_pages(context: Context) -> list[dict[str, Any]]:
    """Give the items of the side navigation: text, href, current."""
    request = context["request"]
    return [
        {"text": text, "href": href, "current": request.path.startswith(href)}
        for text, name, actions in PAGES
        if (href := reverse(name))
        and (not actions or any(request.member.reach(action) in ("T", "O") for action in actions))
    ]
