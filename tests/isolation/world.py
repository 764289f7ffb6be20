"""Two taskforces with at least one row in every table, made by looking at the models: a new table is in the probes at
once.

Northgate has every row twice: once of an ordinary pupil, once of a pupil whose case is restricted and held by nobody.
"""

import datetime as dt
import itertools
import string
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apst.accounts.models import AreaMembership, Invitation, Membership, User
from apst.codelists import codes
from apst.people.models import Absence, InductionTick, Post, PostSite, Pupil, Specialist, Supervision
from apst.places.models import CalendarEntry, Site
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.fields import TenantForeignKey
from apst.tenancy.matrix import TASKFORCE_ROLES
from apst.tenancy.models import LocalAuthority, ReferenceCounter, Taskforce
from apst.tenancy.references import next_reference
from apst.tenancy.state import tenant_models
from cases.models import (
    Case,
    CaseAccess,
    CaseMember,
    Document,
    EmergencyBar,
    EmergencyLook,
    HomeCopy,
    Instrument,
    Intervention,
    NoteAccess,
    Passport,
    PassportAccess,
    PassportVersion,
    PlannedSession,
    PlannedSpecialist,
    SessionGroup,
    SessionGroupSpecialist,
)
from cases.models.restricted import RecordGrant
from referrals.models import Referral
from sharing.models import (
    AgreementCategory,
    AgreementEnding,
    AgreementExtension,
    AgreementSignature,
    DataSharingAgreement,
)

SOON = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
LONG_AGO, FAR_OFF = dt.date(2020, 1, 1), dt.date(2099, 1, 1)
# What looking at the field cannot tell.
SAID: dict[str, dict[str, Any]] = {
    "jobs.Job": {"kind": "probe", "heartbeat_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
    "referrals.Targets": {"step_out_weeks": 12},
    "accounts.Invitation": {"expires_at": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)},
    "cases.Case": {"end_reason": ""},
    "cases.TreatmentConsent": {"given_by": "contact"},
    "cases.Note": {"sensitivity": "clinical"},
    "cases.NoteText": {"raised_on": dt.date(2026, 11, 2)},
    "people.Pupil": {"destination": ""},
    "accounts.Membership": {"role": "dsl"},
    "cases.Goal": {"baseline": 3},
    "cases.GoalScore": {"score": 5},
    "cases.PlanVersion": {"number": 1},
    "cases.MeetingAction": {"done_at": dt.datetime(2026, 11, 2, tzinfo=dt.UTC)},
    "cases.ReintegrationWeek": {"half_days": ["mon_am"]},
    "cases.Emergency": {"ends_at": SOON, "ended_at": None},
    "cases.EmergencyLook": {"finding": ""},
    "sharing.AgreementSignature": {"party": "theirs"},
    "sharing.SharedCase": {"purpose": "support"},
    "sharing.Breach": {"risk": "", "closed_at": None},
    "sharing.InformationRequest": {"outcome": ""},
    "sharing.InformationItem": {"request": None, "category": "identity"},
    "sharing.Guest": {"starts_on": LONG_AGO, "ends_on": FAR_OFF, "ended_at": None},
}
_numbers = itertools.count()
_letters = itertools.count()
# The trigger has written them, and the function counts.
NOT_MADE = {"audit.AuditEvent", "audit.AuditDetail", "tenancy.ReferenceCounter"}


@dataclass
class Realm:
    """One taskforce of the probes: its people by role, and its row of each table.

    rows        written by a bystander
    restricted  of the pupil whose case is restricted
    own         written by the specialist who sees allocated cases only
    office      written by the coordinator
    colleague   written by a specialist who sees the whole taskforce
    guest       written by a partner's guest, or shared with them
    """

    taskforce: Taskforce
    people: dict[str, User] = field(default_factory=dict)
    rows: dict[Any, models.Model] = field(default_factory=dict)
    restricted: dict[Any, models.Model] = field(default_factory=dict)
    own: dict[Any, models.Model] = field(default_factory=dict)
    office: dict[Any, models.Model] = field(default_factory=dict)
    colleague: dict[Any, models.Model] = field(default_factory=dict)
    guest: dict[Any, models.Model] = field(default_factory=dict)


def _value(f: Any, rows: dict[Any, models.Model], user: User) -> Any:
    if isinstance(f, TenantForeignKey):
        return rows.get(f.related_model)
    if f.is_relation:
        if f.related_model is Permission:
            return Permission.objects.get(codename=f"view_{f.model.__name__.removesuffix('Access').lower()}")
        return {User: user, LocalAuthority: LocalAuthority.objects.get(code="384")}.get(f.related_model)
    if f.choices:
        return f.choices[0][0]
    simple: dict[type, Any] = {
        models.DateTimeField: dt.datetime(2026, 11, 2, tzinfo=dt.UTC),
        models.DateField: dt.date(2026, 11, 2),
        models.BooleanField: False,
        models.JSONField: {},
        models.DecimalField: 1,
        models.UUIDField: uuid.uuid4(),
        models.BinaryField: b"1",
        ArrayField: [],
    }
    for kind, value in simple.items():
        if isinstance(f, kind):
            return value
    if isinstance(f, models.IntegerField):
        return next(_numbers) % 90 + 1
    if f.max_length and f.max_length < 9:
        return string.ascii_letters[next(_letters) % 52]
    return f"{f.name[:3]}{uuid.uuid4().hex[:6]}"


def _row(model: Any, rows: dict[Any, models.Model], who: User, **said: Any) -> models.Model:
    if any(getattr(c, "fields", None) == ("tenant",) for c in model._meta.constraints) and model.objects.exists():
        return model.objects.get()
    values: dict[str, Any] = {}
    for f in model._meta.concrete_fields:
        if f.primary_key or f.name == "tenant" or f.has_default() or f.db_default is not models.NOT_PROVIDED:
            continue
        if f.null and not isinstance(f, TenantForeignKey):
            continue
        if f.related_model is model or f.name == "undoes":
            continue
        values[f.name] = _value(f, rows, who)
    made = model(**{**values, **SAID.get(model._meta.label, {}), **said})
    made.save(force_insert=True)
    return made


def _in_order(done: set[Any]) -> list[Any]:
    left, ordered = [m for m in tenant_models() if m._meta.label not in NOT_MADE], []
    while left:
        for model in left:
            needs = {f.related_model for f in model._meta.concrete_fields if isinstance(f, TenantForeignKey)} - {model}
            if any(f.name == "pupil_id" for f in model._meta.concrete_fields):
                needs.add(Pupil)
            if needs <= done | set(ordered):
                ordered.append(model)
                left.remove(model)
                break
        else:
            raise AssertionError(f"These tables need each other: {left}")
    return ordered


def _populate(realm: Realm, rows: dict[Any, models.Model], author: str, *, restricted: bool = False) -> None:
    user = realm.people["manager"]
    view = Permission.objects.get(codename="view_case")
    bystander = realm.people[author]
    for model in _in_order(set()):
        if model is Membership:
            known = Membership.objects.filter(user=bystander).first()
            rows[model] = known or _row(model, rows, bystander, user=bystander)
        elif model is CaseAccess:
            grantee = realm.people["school_staff"] if author == "bystander" else bystander
            rows[model] = _row(
                model, rows, user, user=grantee, permission=view, content_object=rows[Case], source="grant"
            )
        elif model is PassportAccess:
            rows[model] = _row(
                model, rows, realm.people["school_staff"], content_object=rows[Passport], expires_at=SOON
            )
        elif issubclass(model, RecordGrant) and not (model is NoteAccess and author == "bystander"):
            about = model._meta.get_field("content_object").related_model
            sees = Permission.objects.get(codename=f"view_{about._meta.model_name}")
            # To somebody else than its author, who may give it again: nobody gives to themselves.
            rows[model] = _row(model, rows, bystander, permission=sees, user=realm.people["school_staff"])
        elif model is NoteAccess and author == "bystander":
            # Who holds a note by a grant alone, of a role that may.
            sees = Permission.objects.get(codename="view_note")
            rows[model] = _row(model, rows, bystander, permission=sees, user=realm.people["restricted bystander"])
        elif model is Instrument and author == "allocated":
            rows[model] = _row(model, rows, bystander, library="sdq")  # whoever uses it may take it up from the list
        elif model is AgreementEnding:
            by = Membership.objects.get(user=user)
            rows[model] = _row(model, rows, user, ended_by=by, ends_on=LONG_AGO if author == "allocated" else FAR_OFF)
        elif model is AgreementExtension:
            by = Membership.objects.get(user=realm.people["ig_lead"])
            day = FAR_OFF - dt.timedelta(days=1) if author == "specialist" else LONG_AGO
            until = day + dt.timedelta(days=1)
            rows[model] = _row(model, rows, user, extended_by=by, extended_on=day, until=until)
        elif model is AgreementSignature and author == "specialist":
            rows[model] = _row(model, rows, user, signed_by=Membership.objects.get(user=user), party="ours")
        elif author == "partner" and "sensitivity" in {f.name for f in model._meta.concrete_fields}:
            rows[model] = _row(model, rows, bystander, sensitivity="ordinary")
        elif model is EmergencyBar:
            by = Membership.objects.get(user=user)
            barred = Membership.objects.get(user=realm.people["coordinator"])
            rows[model] = _row(model, rows, user, member=barred, named_by=by)
        elif model is EmergencyLook:
            text = {"text": ""}
            rows[model] = _row(model, rows, bystander, **text)
        elif model is Document and author == "specialist":
            rows[model] = _row(model, rows, bystander, sensitivity="clinical")  # to be opened in an emergency
        elif model is HomeCopy:
            rows[model] = _row(model, rows, bystander, note=None)
        elif model is Case:
            rows[model] = _row(model, rows, user, restricted=restricted, ended_on=None, end_reason="")
        elif model is Intervention:
            # One's own may still be mended; the bystander's may not any more.
            until = FAR_OFF if author == "allocated" else LONG_AGO
            rows[model] = _row(model, rows, bystander, changeable_until=until, deleted_at=None)
        else:
            plain = {f.name for f in model._meta.concrete_fields if not f.is_relation}
            ids = {"person_id": bystander.pk, "pupil_id": rows[Pupil].pk if Pupil in rows else None}
            rows[model] = _row(model, rows, bystander, **{name: value for name, value in ids.items() if name in plain})


def _people(realm: Realm) -> None:
    slug = realm.taskforce.slug
    for name in ("bystander", "restricted bystander", "invited", "commissioner"):
        realm.people[name] = User.objects.create_user(f"{name.replace(' ', '-')}@{slug}.example", name=name)
    AreaMembership.objects.create(
        user=realm.people["commissioner"], role="commissioner", local_authority_id="384", starts_on=dt.date(2025, 9, 1)
    )
    for role in (*TASKFORCE_ROLES, "of_site", "allocated"):
        user = User.objects.create_user(f"{role}@{slug}.example", name=role.title())
        realm.people[role] = user
        with acting_as_system(realm.taskforce):
            reach = {"of_site": "sites", "allocated": "allocated"}.get(role, "all")
            real = role if role in TASKFORCE_ROLES else "specialist"
            Membership.objects.create(
                user=user,
                role=real,
                name=role,
                email=user.email,
                case_reach=reach,
                starts_on=dt.date(2025, 9, 1),
                may_decide=True,
            )


def _grants(realm: Realm) -> None:
    """The site's specialist and the one allocated hold the ordinary case; the first has a post at its site.

    One specialist is invited by an address whose account has no membership yet.
    """
    view = Permission.objects.get(codename="view_case")
    for role in ("of_site", "allocated"):
        CaseAccess.objects.create(
            user=realm.people[role], permission=view, content_object=realm.rows[Case], source="team"
        )
    specialist = Specialist.objects.create(name="Of site", user=realm.people["of_site"])
    post = Post.objects.create(
        specialist=specialist,
        reference="SITE",
        specialist_type="youth_worker",
        fte_hundredths=50,
        start_date=dt.date(2025, 9, 1),
    )
    PostSite.objects.create(post=post, site=realm.rows[Site])
    # A group and a plan of others' making that they are to hold.
    SessionGroupSpecialist.objects.create(group=realm.rows[SessionGroup], post=post)
    PlannedSpecialist.objects.create(planned=realm.rows[PlannedSession], post=post)
    # What specialists write of themselves: the day away, and the item ticked.
    day = dt.date(2026, 11, 2)
    realm.colleague[Absence] = Absence.objects.create(specialist=specialist, starts_on=day, ends_on=day)
    realm.colleague[Supervision] = _row(Supervision, realm.rows, realm.people["of_site"], specialist=specialist)
    realm.colleague[InductionTick] = _row(InductionTick, realm.rows, realm.people["of_site"], specialist=specialist)
    # Somebody looked at the record of a child of their own name (app.odd_looks).
    Pupil.objects.filter(pk=realm.rows[Pupil].pk).update(surname=realm.rows[Membership].name)
    # On the team of a case without its grant yet: what `app.refresh_access` is there to mend.
    CaseMember.objects.create(case=realm.own[Case], post=post, starts_on=dt.date(2026, 11, 2))
    invited = realm.people["invited"]
    Specialist.objects.create(name="Invited", email=invited.email)
    Invitation.objects.create(
        email=invited.email,
        name="Invited",
        role="specialist",
        token_hash=realm.taskforce.slug,
        expires_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC),
    )


def _share(realm: Realm) -> None:
    """The partner's guest is shown the guest's case in every category, under an agreement that is in force."""
    agreement, sent = realm.guest[DataSharingAgreement], dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    DataSharingAgreement.objects.filter(pk=agreement.pk).update(
        purposes=["support"],
        starts_on=LONG_AGO,
        review_on=FAR_OFF,
        ends_on=FAR_OFF,
        sent_at=sent,
    )
    manager = Membership.objects.get(user=realm.people["manager"])
    AgreementSignature.objects.create(
        agreement=agreement, party="ours", name="M", position="Head", signed_by=manager, fingerprint="0"
    )
    AgreementCategory.objects.filter(agreement=agreement).update(partner_sees=True, partner_supplies=True)
    for category in codes("data_categories"):
        if category != realm.guest[AgreementCategory].category:
            AgreementCategory.objects.create(
                agreement=agreement,
                category=category,
                partner_sees=True,
                our_article_6="6_1_e",
                their_article_6="6_1_e",
            )
    # One whose review was put off, and one that was terminated: how they stand hangs on rows of their own.
    for rows, said in ((realm.colleague, {"review_on": LONG_AGO}), (realm.own, {"review_on": FAR_OFF})):
        held = rows[DataSharingAgreement]
        DataSharingAgreement.objects.filter(pk=held.pk).update(
            **said, purposes=["support"], starts_on=LONG_AGO, ends_on=FAR_OFF, sent_at=sent
        )
        for party in ("ours", "theirs"):
            AgreementSignature.objects.get_or_create(
                agreement=held, party=party, defaults={"name": "M", "position": "Head", "signed_by": manager}
            )
    Passport.objects.filter(pk=realm.guest[Passport].pk).update(agreed_version=realm.guest[PassportVersion].number)


def make_realm(slug: str) -> Realm:
    """A taskforce with all its people and every row twice."""
    realm = Realm(
        Taskforce.objects.create(slug=slug, name=slug.title(), local_authority=LocalAuthority.objects.get(code="384"))
    )
    _people(realm)
    with acting_as_system(realm.taskforce):
        # A term began in which everybody is to be confirmed, one day far off.
        Taskforce.objects.filter(pk=realm.taskforce.pk).update(confirm_from=LONG_AGO, confirm_within_days=9999)
        CalendarEntry.objects.create(
            academic_year="2025-26",
            kind="half_term",
            name="spring-1",
            starts_on=dt.date(2026, 1, 5),
            ends_on=dt.date(2026, 2, 13),
        )
        _populate(realm, realm.rows, "bystander")
        _populate(realm, realm.restricted, "restricted bystander", restricted=True)
        _populate(realm, realm.own, "allocated")
        _populate(realm, realm.office, "coordinator")
        _populate(realm, realm.colleague, "specialist")
        _populate(realm, realm.guest, "partner")
        _share(realm)
        _grants(realm)
        next_reference("session")
        Referral.objects.filter(pk=realm.rows[Referral].pk).update(reference="S-1")  # as an import may have named it
        realm.rows[ReferenceCounter] = ReferenceCounter.objects.get()
    with acting_for(realm.taskforce, realm.people["allocated"]):
        Intervention.objects.create(
            reference="BY-HAND",
            held_on=dt.date(2026, 11, 2),
            minutes=30,
            activity_type="admin",
            logged_by=realm.own[Membership],
        )
    return realm
