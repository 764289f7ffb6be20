"""The breakdowns and their categories: each code in its order, then "not recorded" where a fact can be missing."""

from typing import Final

from apst.codelists import codes, codes_where

from .declaring import SITES, By

NOT_RECORDED: Final = "not_recorded"


def _list(name: str, *more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*codes(name), *more)))


ACTIVITY_TYPES: Final = tuple(
    code for code in codes("activity_types") if code in codes_where("activity_types", "counts_as_intervention_hours")
)
SPECIALIST_TYPES: Final = _list("specialist_types")
ETHNICITY_GROUPS: Final = tuple(dict.fromkeys(row["group"] for row in codes("ethnicity").values()))

YEAR_GROUP: Final = By("year_group", ("year_group",), (_list("year_groups"),))
SEX: Final = By("sex", ("sex",), (_list("sex", NOT_RECORDED),))
ETHNICITY_GROUP: Final = By("ethnicity_group", ("ethnicity_group",), ((*ETHNICITY_GROUPS, NOT_RECORDED),))
TIER: Final = By("tier", ("tier",), (_list("tiers", "none"),))
SEN_PROVISION: Final = By("sen_provision", ("sen_provision",), (_list("sen_provision", NOT_RECORDED),))
SEN_PRIMARY_NEED: Final = By("sen_primary_need", ("sen_primary_need",), (_list("sen_needs", NOT_RECORDED),))
CSC_STATUS: Final = By("csc_status", ("csc_status",), (_list("csc_status", NOT_RECORDED),))
ACTIVITY_TYPE: Final = By("activity_type", ("activity_type",), (ACTIVITY_TYPES,))
SPECIALIST_TYPE: Final = By("specialist_type", ("specialist_type",), (SPECIALIST_TYPES,))
ACTIVITY_BY_SPECIALIST: Final = By(
    "activity_type|specialist_type", ("activity_type", "specialist_type"), (ACTIVITY_TYPES, SPECIALIST_TYPES)
)
LOCATION: Final = By("location", ("location",), (_list("locations", NOT_RECORDED),))
SITE: Final = By("site", ("site",), (SITES,))
EMPLOYMENT: Final = By("employment", ("employment",), (_list("employment", NOT_RECORDED),))
SOURCE: Final = By("source", ("source",), (_list("referral_sources"),))
ROUTE: Final = By("route", ("route",), (_list("referral_routes"),))
REASON: Final = By("reason", ("reason",), (_list("referral_reasons"),), several=True)
OUTCOME: Final = By(
    "outcome",
    ("outcome",),
    (tuple(code for code in codes("triage_outcomes") if code in codes_where("triage_outcomes", "substantive")),),
)

# Where the words for a category come from, for readers; a name not here shows the category itself.
CODE_LISTS: Final = {
    "year_group": "year_groups",
    "sex": "sex",
    "tier": "tiers",
    "sen_provision": "sen_provision",
    "sen_primary_need": "sen_needs",
    "csc_status": "csc_status",
    "activity_type": "activity_types",
    "specialist_type": "specialist_types",
    "location": "locations",
    "employment": "employment",
    "source": "referral_sources",
    "route": "referral_routes",
    "reason": "referral_reasons",
    "outcome": "triage_outcomes",
    "attendance": "session_attendance",
}
