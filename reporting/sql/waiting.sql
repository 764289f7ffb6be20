-- One referral whose pupil waits on the period's last day: its latest decision by then is the waiting list, and since that day
-- no case of the pupil was opened and they have not left the school.
create temporary table fact_waiting on commit drop as
with latest as (
  select distinct on (referral_id) tenant_id, referral_id, pupil_id, outcome, decided_on from told_decision
   where decided_on <= %(last)s order by referral_id, decided_on desc, id desc)
select l.referral_id as source_id, l.pupil_id, null::bigint as case_id, l.decided_on as happened_on
  from latest l
  join people_pupil p on p.tenant_id = l.tenant_id and p.id = l.pupil_id
 where l.outcome = 'waiting_list' and (p.leaving_date is null or p.leaving_date > %(last)s)
   and not exists (select 1 from cases_case c
                    where c.tenant_id = l.tenant_id and c.pupil_id = l.pupil_id and c.end_reason <> 'opened_in_error'
                      and c.opened_on between l.decided_on and %(last)s);
analyze fact_waiting
