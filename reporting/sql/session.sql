-- Every session that counts, from the beginning to the period's last day ("Rows that count": Session, Cancelled session,
-- Specialist minutes). `delivered` is whether its minutes count; a session that is not `planned` was cancelled.
create temporary table told_session on commit drop as
select i.tenant_id, i.id as source_id, null::bigint as pupil_id, null::bigint as case_id, i.held_on as happened_on,
       i.held_on >= %(first)s as in_period,
       i.minutes::int as minutes, i.activity_type, coalesce(nullif(i.location, ''), 'not_recorded') as location,
       coalesce(s.name, 'not_recorded') as site, i.out_of_school_hours,
       i.activity_type = any(%(direct)s) as direct,
       coalesce(not p.cancelled, true) as planned,
       coalesce(p.counts, not i.activity_type = any(%(needs_pupil)s)) as delivered
  from cases_intervention i
  left join places_site s on s.tenant_id = i.tenant_id and s.id = i.site_id
  left join (select tenant_id, intervention_id, bool_and(attendance = 'cancelled_by_taskforce') as cancelled,
                    bool_or(attendance = any(%(hours_count)s)) as counts
               from cases_interventionplace group by tenant_id, intervention_id) p
    on p.tenant_id = i.tenant_id and p.intervention_id = i.id
 where i.deleted_at is null and i.held_on <= %(last)s and i.activity_type = any(%(counted)s);

create unique index on told_session (source_id);
analyze told_session;

create temporary table fact_session on commit drop as select * from told_session where in_period and planned;
analyze fact_session
