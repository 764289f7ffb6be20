-- One specialist in one session that was delivered, since the beginning; `source_id` is the session's.
create temporary table fact_delivery on commit drop as
select s.source_id, s.pupil_id, s.case_id, s.happened_on, s.in_period, s.minutes, s.activity_type, s.location, s.site,
       s.out_of_school_hours, p.specialist_type, p.id as post_id
  from told_session s
  join cases_interventionspecialist x on x.tenant_id = s.tenant_id and x.intervention_id = s.source_id
  join people_post p on p.tenant_id = x.tenant_id and p.id = x.post_id
 where s.delivered;
analyze fact_delivery
