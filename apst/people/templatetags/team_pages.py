"""The pages about the team that the reader may open: `{% load team_pages %}`."""

from typing import Any

from django import template
from django.template import Context

from apst.web.context_processors import address

register = template.Library()

# (words, name of the address, the actions any of which opens it; none for every member). A package further along the
# journey names its pages here too; one whose address is not there (yet) is left out.
PAGES = (
    ("Who is on site", "people:team-week", ("dashboard.view", "intervention.log")),
    ("Cover", "cases:cover", ("case.allocate", "dashboard.view")),
    ("Capacity", "cases:capacity", ("dashboard.view",)),
    ("Vacancies", "people:vacancy-list", ("dashboard.view",)),
    ("Out alone", "people:visit-list", ("intervention.log",)),
    ("Training and advice", "cases:training-list", ("case.view", "intervention.log")),
    ("Holiday provision", "cases:holiday-list", ("case.view", "intervention.log")),
    ("Induction", "people:induction-list", ("people.manage", "intervention.log")),
    ("Supervision", "cases:supervision-list", ("people.manage", "intervention.log")),
    ("Funding", "people:funding-list", ("return.build",)),
    ("What it costs", "reporting:costs", ("people.manage",)),
    ("For school staff", "people:staff-guide", ()),
)


@register.simple_tag(takes_context=True)
def team_pages(context: Context) -> list[dict[str, Any]]:
    """Give the items of the side navigation: text, href, current."""
    request = context["request"]
    return [
        {"text": text, "href": href, "current": request.path.startswith(href)}
        for text, name, actions in PAGES
        if (href := address(name)) and (not actions or any(request.member.may(action) for action in actions))
    ]
