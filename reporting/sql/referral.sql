-- One referral that was received in the period, or whose first substantive decision falls in it.
create temporary table fact_referral on commit drop as
with firsts as (
  select distinct on (referral_id) referral_id, outcome, decided_on from told_decision
   where outcome = any(%(substantive)s) order by referral_id, decided_on, id)
select r.id as source_id, r.pupil_id, null::bigint as case_id, r.received_on as happened_on,
       r.received_on between %(first)s and %(last)s as received, coalesce(f.decided_on between %(first)s and %(last)s, false) as decided,
       r.source, r.route, r.reasons::text[] as reason, coalesce(f.outcome, '') as outcome, f.decided_on, null::int as school_days
  from referrals_referral r
  left join firsts f on f.referral_id = r.id
 where r.received_on between %(first)s and %(last)s or f.decided_on between %(first)s and %(last)s;
analyze fact_referral
