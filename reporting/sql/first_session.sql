-- One case whose pupil's first attended direct session, while it is open, falls in the period.
create temporary table fact_first_session on commit drop as
select c.id as source_id, c.pupil_id, c.id as case_id, min(s.happened_on) as happened_on, c.opened_on, null::int as school_days
  from cases_case c
  join told_support s on s.pupil_id = c.pupil_id and s.attended
   and s.happened_on >= c.opened_on and (c.ended_on is null or s.happened_on <= c.ended_on)
 where c.end_reason <> 'opened_in_error' and c.opened_on <= %(last)s
 group by c.id, c.pupil_id, c.opened_on
having min(s.happened_on) >= %(first)s;
analyze fact_first_session
