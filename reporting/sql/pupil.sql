-- One pupil who was ever supported, or whose case or referral ended in the period as section B asks.
create temporary table fact_pupil on commit drop as
with supported as (
  select pupil_id, bool_or(happened_on >= %(first)s) as supported from told_support group by pupil_id),
ended as (
  select pupil_id, bool_or(end_reason = 'disengaged_early') as disengaged, bool_or(end_reason = 'refused') as refused
    from cases_case where ended_on between %(first)s and %(last)s group by pupil_id),
offered as (
  select distinct pupil_id from told_decision where outcome = 'offer_refused' and decided_on between %(first)s and %(last)s),
asked as (
  select pupil_id, coalesce(s.supported, false) as supported, s.pupil_id is not null as supported_ever,
         coalesce(e.disengaged, false) as disengaged,
         (coalesce(e.refused, false) or o.pupil_id is not null) and s.pupil_id is null as refused
    from supported s full join ended e using (pupil_id) full join offered o using (pupil_id)),
-- A fact holds from its day to the next one's; the earliest known reaches back ("Facts").
held as (
  select pupil_id, kind, value, holds_from, row_number() over w = 1 as earliest, lead(holds_from) over w as until
    from people_pupilfact where corrected_at is null and value not in ('', 'not_recorded')
  window w as (partition by pupil_id, kind order by holds_from, id)),
stood as (
  select pupil_id,
         max(value) filter (where kind = 'sen_provision' and on_last) as sen_provision,
         max(value) filter (where kind = 'sen_primary_need' and on_last) as sen_primary_need,
         max(value) filter (where kind = 'fsm' and on_last) as fsm,
         max(value) filter (where kind = 'csc_status' and on_last) as csc_status,
         coalesce(bool_or(kind = 'csc_status' and value = any(%(known_to_csc)s) and (holds_from <= %(last)s or earliest)
                  and (until is null or until > %(first)s)), false) as known_to_csc
    from (select *, (holds_from <= %(last)s or earliest) and (until is null or until > %(last)s) as on_last from held) h
   group by pupil_id),
tiers as (
  select distinct on (pupil_id) pupil_id, tier from cases_case
   where opened_on <= %(last)s and (ended_on is null or ended_on >= %(first)s) and end_reason <> 'opened_in_error'
   order by pupil_id, opened_on desc, reference collate "C" desc)
select p.id as source_id, p.id as pupil_id, null::bigint as case_id, null::date as happened_on,
       a.supported, a.supported_ever, a.disengaged, a.refused,
       a.supported or a.disengaged or a.refused as offered,
       a.supported and not a.disengaged and not a.refused as engaged,
       case y.number when 0 then 'R' else y.number::text end as year_group,
       coalesce(nullif(p.sex, ''), 'not_recorded') as sex,
       coalesce(%(ethnicity_groups)s::jsonb ->> p.ethnicity, 'not_recorded') as ethnicity_group,
       coalesce(nullif(t.tier, ''), 'none') as tier,
       coalesce(f.sen_provision, 'not_recorded') as sen_provision,
       coalesce(f.sen_provision = any(%(sen)s), false) as has_sen,
       coalesce(f.sen_primary_need, 'not_recorded') as sen_primary_need,
       coalesce(f.fsm, 'not_recorded') as fsm,
       coalesce(f.csc_status, 'not_recorded') as csc_status,
       coalesce(f.known_to_csc, false) as known_to_csc
  from asked a
  join people_pupil p on p.id = a.pupil_id
  left join stood f on f.pupil_id = p.id
  left join tiers t on t.pupil_id = p.id
  -- Age on the 31 August before the academic year of the period's last day, less four, plus the pupil's own offset.
  cross join lateral (
    select (%(august)s - extract(year from p.date_of_birth)::int - (extract(month from p.date_of_birth) > 8)::int
            - 4 + p.year_offset) as number) y
 where a.supported_ever or a.disengaged or a.refused;
analyze fact_pupil
