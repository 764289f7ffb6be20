-- One pupil named in one session of the period; `source_id` is the session's. `contact` is whether its minutes are pupil contact.
create temporary table fact_place on commit drop as
select s.source_id, p.pupil_id, p.case_id, s.happened_on, s.minutes, s.activity_type, p.attendance,
       p.attendance = any(%(planned_place)s) as planned_place,
       p.attendance = any(%(attended)s) as attended,
       p.attendance = any(%(attended)s) and s.activity_type = any(%(pupil_contact)s) as contact
  from told_session s
  join cases_interventionplace p on p.tenant_id = s.tenant_id and p.intervention_id = s.source_id
 where s.in_period;
analyze fact_place;

-- The days on which each pupil had direct work: in person, or (in family work) about them.
create temporary table told_support on commit drop as
select p.pupil_id, s.happened_on, bool_or(p.attendance = any(%(attended)s)) as attended
  from told_session s
  join cases_interventionplace p on p.tenant_id = s.tenant_id and p.intervention_id = s.source_id
 where s.direct and (p.attendance = any(%(attended)s) or (s.activity_type = 'family' and p.attendance = 'about_pupil'))
 group by p.pupil_id, s.happened_on;
analyze told_support;

-- Triage decisions that stand: neither undone nor an undoing.
create temporary table told_decision on commit drop as
select d.tenant_id, d.id, d.referral_id, r.pupil_id, d.outcome, d.decided_on
  from referrals_triagedecision d
  join referrals_referral r on r.tenant_id = d.tenant_id and r.id = d.referral_id
 where d.outcome <> 'undone'
   and not exists (select 1 from referrals_triagedecision u where u.tenant_id = d.tenant_id and u.undoes_id = d.id);
analyze told_decision
