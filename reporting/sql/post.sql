-- One post held on some day of the period; `fte_days` are hundredths of FTE times calendar days in post.
create temporary table fact_post on commit drop as
select p.id as source_id, null::bigint as pupil_id, null::bigint as case_id, p.start_date as happened_on,
       p.specialist_id, p.specialist_type, coalesce(nullif(p.employment, ''), 'not_recorded') as employment, p.fte_hundredths,
       least(coalesce(p.end_date, %(last)s), %(last)s) - greatest(p.start_date, %(first)s) + 1 as days_in_post,
       p.fte_hundredths * (least(coalesce(p.end_date, %(last)s), %(last)s) - greatest(p.start_date, %(first)s) + 1) as fte_days,
       p.specialist_type = any(%(core)s) and (p.end_date is null or p.end_date >= %(last)s) as core_on_last_day
  from people_post p
 where p.start_date <= %(last)s and (p.end_date is null or p.end_date >= %(first)s);
analyze fact_post
