"""What was agreed for a post, what pays for it, and where it works on which day."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import transaction

from apst.accounts.models import Membership
from apst.people.exceptions import WrongDate
from apst.people.models import Funding, Post, PostDay, PostFunding, PostTerms
from apst.places.models import Site
from apst.tenancy.context import name_act

TERMS: Final = frozenset({"agreement", "starts_on", "review_on", "ends_on", "annual_cost_pounds", "notes"})


@transaction.atomic
def agree_terms(
    post: Post, *, changes: Mapping[str, Any], fundings: Iterable[Funding] | None = None, by: Membership | None
) -> PostTerms:
    """Record the terms of a post, and where given what pays for it. changes: see TERMS. Raises WrongDate."""
    name_act("post.agree_terms")
    unknown = set(changes) - TERMS
    if unknown:
        raise TypeError(f"Terms have no {', '.join(sorted(unknown))}.")
    terms = PostTerms.objects.select_for_update().filter(post=post).first() or PostTerms(post=post)
    for name, value in changes.items():
        setattr(terms, name, value)
    if terms.starts_on and terms.ends_on and terms.ends_on < terms.starts_on:
        raise WrongDate("The agreement's last day must be the same as or after its first")
    terms.save()
    if fundings is not None:
        wanted = {funding.pk for funding in fundings}
        held = dict(PostFunding.objects.filter(post=post).values_list("funding", "pk"))
        PostFunding.objects.filter(pk__in=[pk for funding, pk in held.items() if funding not in wanted]).delete()
        PostFunding.objects.bulk_create(
            PostFunding(post=post, funding_id=funding) for funding in sorted(wanted - set(held))
        )
    return terms


@transaction.atomic
def place_days(post: Post, *, sites: Mapping[str, Site], by: Membership | None) -> None:
    """Say at which site a post works on which day of the week; a day that is not named is at the post's own site."""
    name_act("post.place_days")
    held = {row.day: row for row in PostDay.objects.select_for_update().filter(post=post)}
    PostDay.objects.filter(pk__in=[row.pk for day, row in held.items() if day not in sites]).delete()
    for day, site in sites.items():
        row = held.get(day)
        if row is None:
            PostDay.objects.create(post=post, day=day, site=site)
        elif row.site_id != site.pk:
            PostDay.objects.filter(pk=row.pk).update(site=site)
