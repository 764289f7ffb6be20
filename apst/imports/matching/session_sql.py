"""The statements that read and write sessions in bulk, each under row-level security and seen by the audit's trigger.

`import_session` is a temporary table, filled by COPY: one row a session, what hangs on it in arrays.
"""

from typing import Final

# {note}: what is read of the note, NOTHING_OF_THE_NOTE or THE_NOTE.
HELD: Final = """
select i.id, i.reference, i.held_on, i.starts_at, i.minutes, i.activity_type, i.location, i.out_of_school_hours,
       i.staff_trained, i.site_id, i.deleted_at is not null, i.changeable_until,
       array(select x.post_id from cases_interventionspecialist x
              where x.tenant_id = i.tenant_id and x.intervention_id = i.id),
       array(select p.pupil_id || ':' || p.attendance from cases_interventionplace p
              where p.tenant_id = i.tenant_id and p.intervention_id = i.id),
       {note}
  from cases_intervention i where i.reference = any(%s)
"""
NOTHING_OF_THE_NOTE: Final = "null, false"
# The text, and whether whoever imports may change it: the system may, a person where they wrote it.
THE_NOTE: Final = """
(select n.text from cases_interventionnote n where n.tenant_id = i.tenant_id and n.intervention_id = i.id),
app.member() is null or (select n.written_by_id is not distinct from app.member() from cases_interventionnote n
   where n.tenant_id = i.tenant_id and n.intervention_id = i.id)
"""

MAKE: Final = """
create temporary table import_session (
  session_id bigint, reference text, public_id uuid, held_on date, starts_at time, minutes int, activity_type text,
  location text, out_of_school_hours boolean, staff_trained int, site_id bigint, posts bigint[], pupils bigint[],
  cases bigint[], attendances text[], note text, note_id uuid
) on commit drop
"""
FILL: Final = "copy import_session from stdin"

# %s: the last day on which its author may change a session.
ADD: Final = """
insert into cases_intervention
       (public_id, reference, held_on, starts_at, minutes, activity_type, location, out_of_school_hours, staff_trained,
        site_id, intervention_type, logged_by_id, changeable_until, version)
select public_id, reference, held_on, starts_at, minutes, activity_type, location, out_of_school_hours, staff_trained,
       site_id, '', app.member(), %s, 1
  from import_session
"""
ADD_PARTS: Final = (
    "update import_session t set session_id = i.id from cases_intervention i where i.reference = t.reference",
    """
insert into cases_interventionspecialist (intervention_id, post_id) select session_id, unnest(posts) from import_session
""",
    """
insert into cases_interventionplace (intervention_id, held_on, pupil_id, case_id, attendance)
select t.session_id, t.held_on, n.pupil, n.case_id, n.attendance
  from import_session t, unnest(t.pupils, t.cases, t.attendances) as n(pupil, case_id, attendance)
""",
    """
insert into cases_interventionnote (public_id, intervention_id, text, written_by_id)
select note_id, session_id, note, app.member() from import_session where note <> ''
""",
)

CHANGE: Final = """
update cases_intervention i
   set held_on = t.held_on, starts_at = t.starts_at, minutes = t.minutes, activity_type = t.activity_type,
       location = t.location, out_of_school_hours = t.out_of_school_hours, staff_trained = t.staff_trained,
       site_id = t.site_id, version = i.version + 1
  from import_session t where i.id = t.session_id
"""
POSTS_GONE: Final = """
select x.id from cases_interventionspecialist x join import_session t on t.session_id = x.intervention_id
 where x.post_id <> all(t.posts)
"""
POSTS_NEW: Final = """
insert into cases_interventionspecialist (intervention_id, post_id)
select t.session_id, p from import_session t, unnest(t.posts) p
 where not exists (select from cases_interventionspecialist x where x.intervention_id = t.session_id and x.post_id = p)
returning id
"""
PLACES_GONE: Final = """
select p.id from cases_interventionplace p join import_session t on t.session_id = p.intervention_id
 where p.pupil_id <> all(t.pupils)
"""
PLACES_DIFFERING: Final = """
select p.id
  from import_session t, unnest(t.pupils, t.cases, t.attendances) as n(pupil, case_id, attendance),
       cases_interventionplace p
 where p.intervention_id = t.session_id and p.pupil_id = n.pupil
   and (p.attendance, p.case_id) is distinct from (n.attendance, n.case_id)
"""
CHANGE_PLACES: Final = """
update cases_interventionplace p set attendance = n.attendance, case_id = n.case_id
  from import_session t, unnest(t.pupils, t.cases, t.attendances) as n(pupil, case_id, attendance)
 where p.intervention_id = t.session_id and p.pupil_id = n.pupil and p.id = any(%s)
"""
PLACES_NEW: Final = """
insert into cases_interventionplace (intervention_id, held_on, pupil_id, case_id, attendance)
select t.session_id, t.held_on, n.pupil, n.case_id, n.attendance
  from import_session t, unnest(t.pupils, t.cases, t.attendances) as n(pupil, case_id, attendance)
 where not exists (
   select from cases_interventionplace p where p.intervention_id = t.session_id and p.pupil_id = n.pupil)
returning id
"""
REMOVE_POSTS: Final = "delete from cases_interventionspecialist where id = any(%s)"
REMOVE_PLACES: Final = "delete from cases_interventionplace where id = any(%s)"
DROP: Final = "drop table import_session"
