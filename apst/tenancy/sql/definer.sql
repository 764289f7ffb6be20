-- Elevated functions, owned by tf_definer: each with a fixed search path, none for PUBLIC.

-- How an agreement stands today: draft, sent, to_begin, in_force, due_for_review, expired, terminated or superseded.
-- Overdue for review it holds on; only its end and an ending cut (access specification, "What the outside sees").
create or replace function app.standing_of(taskforce bigint, agreement bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, app as $$
  with versions as (
    select v.id, v.starts_on, v.number, v.sent_at, coalesce(v.first_id, v.id) as first,
        (select count(*) from public.sharing_agreementsignature g where g.tenant_id = taskforce and g.agreement_id = v.id) as signatures
      from public.sharing_datasharingagreement v where v.tenant_id = taskforce)
  select case
      when a.sent_at is null then 'draft'
      when e.ends_on <= app.today() then 'terminated'
      when a.ends_on < app.today() then 'expired'
      when w.signatures < 2 then 'sent'
      when exists (select from versions v where v.first = w.first and v.number > a.number and v.sent_at is not null
        and v.signatures = 2 and v.starts_on <= app.today()) then 'superseded'
      when a.starts_on > app.today() then 'to_begin'
      when greatest(a.review_on, (select max(x.until) from public.sharing_agreementextension x
        where x.tenant_id = taskforce and x.agreement_id = a.id)) < app.today() then 'due_for_review'
      else 'in_force' end
    from public.sharing_datasharingagreement a join versions w on w.id = a.id
    left join public.sharing_agreementending e on e.tenant_id = taskforce and e.agreement_id = a.id
    where a.tenant_id = taskforce and a.id = agreement
$$;

-- The term whose access review is asked for on a day: its first day, and the last day for confirming. None before the first term that
-- began after the taskforce came to review access.
create or replace function app.review_of(taskforce bigint, day date) returns table (began date, due date)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select e.starts_on, e.starts_on + t.confirm_within_days from public.places_calendarentry e
    join public.tenancy_taskforce t on t.id = e.tenant_id
    where e.tenant_id = taskforce and e.establishment_id is null and e.kind = 'half_term' and e.name in ('autumn-1', 'spring-1', 'summer-1')
      and e.starts_on > t.confirm_from and e.starts_on <= day
    order by e.starts_on desc limit 1
$$;

-- Whether a membership has lapsed: the last term whose days for confirming are over asks for it, and nobody confirmed it, or made it, since
-- that term began. A manager lapses only where another manager is confirmed: so nobody's neglect locks a whole taskforce out.
create or replace function app.has_lapsed(taskforce bigint, person bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select exists (select from public.tenancy_taskforce t
    cross join lateral app.review_of(taskforce, (app.today() - t.confirm_within_days - 1)) r
    join public.accounts_membership s on s.tenant_id = t.id and s.user_id = person
    where t.id = taskforce and s.starts_on < r.began and coalesce(s.confirmed_on, '-infinity') < r.began
      and (s.role <> 'manager' or exists (select from public.accounts_membership o where o.tenant_id = t.id and o.role = 'manager'
        and o.id <> s.id and o.starts_on <= app.today() and (o.ends_on is null or o.ends_on >= app.today())
        and greatest(o.starts_on, o.confirmed_on) >= r.began)))
$$;

-- Opens a taskforce for a person: checks a live membership, sets what the policies read, gives the scope role to switch to.
create or replace function app.enter(person bigint, taskforce bigint) returns text
language plpgsql security definer set search_path = pg_catalog, public, app as $$
declare
  m record;
  posts bigint[];
  sites bigint[];
  scope text;
  guest_of bigint[];
  shared_cases jsonb;
  shared_pupils jsonb;
begin
  -- `offset 0` asks for each restricted case, of which there are few, rather than go through all the person's grants.
  select s.id, s.role, s.case_reach, t.holds_cases, a.actions, h.cases as hidden, h.pupils as hidden_pupils,
      k.cases as emergency, k.pupils as emergency_pupils into m
    from public.accounts_membership s join public.tenancy_taskforce t on t.id = s.tenant_id
    left join app.role_actions a on a.role = s.role and a.decides = (t.decides = 'team' or s.may_decide)
    cross join (select array_agg(c.id) as cases, array_agg(c.pupil_id) as pupils from public.cases_case c
      where c.tenant_id = taskforce and c.restricted and not exists (
        select 1 from public.cases_caseaccess g where g.tenant_id = taskforce and g.content_object_id = c.id and g.user_id = person
          and (g.expires_at is null or g.expires_at > statement_timestamp()) offset 0)) h
    cross join (select array_agg(c.id) as cases, array_agg(c.pupil_id) as pupils from public.cases_caseaccess g
      join public.cases_case c on c.tenant_id = taskforce and c.id = g.content_object_id and c.restricted
      where g.tenant_id = taskforce and g.user_id = person and g.source = 'break_glass' and g.expires_at > statement_timestamp()) k
    where s.user_id = person and s.tenant_id = taskforce
      and exists (select from public.accounts_user u where u.id = person and u.is_active)
      and s.starts_on <= app.today() and (s.ends_on is null or s.ends_on >= app.today())
      and not app.has_lapsed(taskforce, person);
  if not found then
    raise exception 'permission denied: no live membership of this taskforce' using errcode = '42501';
  end if;
  if m.role in ('manager', 'dsl', 'slt', 'ig_lead', 'coordinator') then
    scope := 's_member';
  elsif m.role = 'partner' then
    scope := 's_guest';
    -- What is shared with a guest is worked out on each entry: an agreement that ends, a category taken out, a case taken
    -- back or a guest whose day is over is felt at the next request, with no job having to run.
    with live as (
      select g.partner_id, coalesce(f.first_id, f.id) as first from public.sharing_guest g
        join public.sharing_datasharingagreement f on f.tenant_id = taskforce and f.id = g.agreement_id
        where g.tenant_id = taskforce and g.membership_id = m.id and g.ended_at is null
          and g.starts_on <= app.today() and g.ends_on >= app.today()),
    held as (
      select distinct s.case_id, s.pupil_id, k.category
        from live l
        join public.sharing_datasharingagreement a on a.tenant_id = taskforce and coalesce(a.first_id, a.id) = l.first
          and app.standing_of(taskforce, a.id) in ('in_force', 'due_for_review')
        join public.sharing_datasharingagreement b on b.tenant_id = taskforce and coalesce(b.first_id, b.id) = l.first
        join public.sharing_sharedcase s on s.tenant_id = taskforce and s.agreement_id = b.id and s.ended_at is null
          and (s.until is null or s.until >= app.today()) and s.purpose = any(a.purposes)
        join public.sharing_agreementcategory k on k.tenant_id = taskforce and k.agreement_id = a.id and k.partner_sees
        join public.cases_case c on c.tenant_id = taskforce and c.id = s.case_id and not c.restricted),
    each as (
      select h.category, h.case_id, h.pupil_id from held h union select 'any', h.case_id, h.pupil_id from held h)
    select (select array_agg(distinct l.partner_id) from live l) as partners,
        (select jsonb_object_agg(x.category, x.cases) from (select e.category, jsonb_agg(distinct e.case_id) as cases from each e group by 1) x) as cases,
        (select jsonb_object_agg(x.category, x.pupils) from (select e.category, jsonb_agg(distinct e.pupil_id) as pupils from each e group by 1) x) as pupils
      into guest_of, shared_cases, shared_pupils;
  else
    select array_agg(distinct p.id), array_agg(distinct ps.site_id) filter (where ps.site_id is not null and m.role = 'specialist'
        and not p.allocated_only and p.start_date <= app.today() and (p.end_date is null or p.end_date >= app.today()))
      into posts, sites
      from public.people_specialist sp
      join public.people_post p on p.tenant_id = taskforce and p.specialist_id = sp.id
      left join public.people_postsite ps on ps.tenant_id = taskforce and ps.post_id = p.id
      where sp.tenant_id = taskforce and sp.user_id = person;
    scope := case when m.role = 'specialist' and m.case_reach = 'all' and m.holds_cases = 'team' then 's_member' else 's_granted' end;
  end if;
  perform set_config('app.tenant_id', taskforce::text, true), set_config('app.person_id', person::text, true),
    set_config('app.member_id', m.id::text, true), set_config('app.actions', coalesce(m.actions, '{}'), true),
    set_config('app.hidden', coalesce(m.hidden, '{}')::text, true), set_config('app.hidden_pupils', coalesce(m.hidden_pupils, '{}')::text, true),
    set_config('app.sites', coalesce(sites, '{}')::text, true), set_config('app.posts', coalesce(posts, '{}')::text, true),
    set_config('app.role', m.role, true), set_config('app.verb', '', true),
    set_config('app.emergency', coalesce(m.emergency, '{}')::text, true),
    set_config('app.emergency_pupils', coalesce(m.emergency_pupils, '{}')::text, true),
    set_config('app.partners', coalesce(guest_of, '{}')::text, true),
    set_config('app.shared', coalesce(shared_cases, '{}')::text, true), set_config('app.shared_pupils', coalesce(shared_pupils, '{}')::text, true);
  return scope;
end $$;

-- Opens one taskforce for its own jobs (a return, an import by the system): every row of it, and of no other.
create or replace function app.enter_system(taskforce bigint) returns text
language plpgsql security definer set search_path = pg_catalog, public, app as $$
begin
  perform 1 from public.tenancy_taskforce t where t.id = taskforce;
  if not found then
    raise exception 'permission denied: no such taskforce' using errcode = '42501';
  end if;
  perform set_config('app.tenant_id', taskforce::text, true), set_config('app.person_id', '', true),
    set_config('app.member_id', '', true), set_config('app.actions', '{}', true),
    set_config('app.hidden', '{}', true), set_config('app.hidden_pupils', '{}', true), set_config('app.sites', '{}', true), set_config('app.posts', '{}', true), set_config('app.role', 'system', true),
    set_config('app.partners', '{}', true), set_config('app.shared', '{}', true), set_config('app.shared_pupils', '{}', true),
    set_config('app.emergency', '{}', true), set_config('app.emergency_pupils', '{}', true), set_config('app.verb', '', true);
  return 's_system';
end $$;

-- Opens an area (a local authority's code, a trust's slug, or 'platform') for a commissioner, trust lead or operator.
create or replace function app.enter_area(person bigint, area text) returns text
language plpgsql security definer set search_path = pg_catalog, public, app as $$
declare m record;
begin
  select a.id, a.role into m from public.accounts_areamembership a left join public.tenancy_trust t on t.id = a.trust_id
    where a.user_id = person and a.starts_on <= app.today() and (a.ends_on is null or a.ends_on >= app.today())
      and coalesce(a.local_authority_id, t.slug, 'platform') = area;
  if not found then
    raise exception 'permission denied: no live membership of this area' using errcode = '42501';
  end if;
  perform set_config('app.tenant_id', '', true), set_config('app.person_id', person::text, true),
    set_config('app.member_id', '', true), set_config('app.area', area, true), set_config('app.hidden', '{}', true), set_config('app.hidden_pupils', '{}', true),
    set_config('app.sites', '{}', true), set_config('app.posts', '{}', true), set_config('app.partners', '{}', true), set_config('app.shared', '{}', true),
    set_config('app.shared_pupils', '{}', true), set_config('app.emergency', '{}', true),
    set_config('app.emergency_pupils', '{}', true), set_config('app.verb', '', true),
    set_config('app.actions', coalesce((select jsonb_object_agg(x.action, trim(x.reach || ' ' || x.condition))
      from app.matrix x where x.role = m.role), '{}')::text, true);
  return 's_area';
end $$;

-- The taskforces that a person may open, for the switcher and after sign-in. Inside a taskforce nobody asks where others work.
create or replace function app.memberships(person bigint)
returns table (membership bigint, taskforce bigint, role text, name text, home_page text)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select s.id, s.tenant_id, s.role::text, t.name::text, ''::text
    from public.accounts_membership s join public.tenancy_taskforce t on t.id = s.tenant_id
    where s.user_id = person and coalesce(app.person(), person) = person
      and s.starts_on <= app.today() and (s.ends_on is null or s.ends_on >= app.today()) and not app.has_lapsed(s.tenant_id, person)
    order by t.name
$$;

-- The taskforces that a person may not open because nobody confirmed their access this term: the names, to tell them whom to ask.
create or replace function app.lapsed_memberships(person bigint) returns table (name text)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select t.name::text from public.accounts_membership s join public.tenancy_taskforce t on t.id = s.tenant_id
    where s.user_id = person and s.starts_on <= app.today() and (s.ends_on is null or s.ends_on >= app.today())
      and app.has_lapsed(s.tenant_id, person)
    order by 1
$$;

-- The access review of the open taskforce as of today: a row for each live membership, whether it was confirmed since the term began and
-- whether it has lapsed. None where no review is asked for.
create or replace function app.access_review() returns table (member bigint, began date, due date, confirmed boolean, lapsed boolean)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select s.id, r.began, r.due, greatest(s.starts_on, s.confirmed_on) >= r.began, app.has_lapsed(s.tenant_id, s.user_id)
    from app.review_of(app.tenant(), app.today()) r join public.accounts_membership s on s.tenant_id = app.tenant()
    where s.starts_on <= app.today() and (s.ends_on is null or s.ends_on >= app.today())
      and (app.may('people.manage') or app.role() in ('slt', 'system') or s.id = app.member())
    order by s.id
$$;

-- Confirms that people still work here; gives how many. A manager confirms everybody but themselves, a senior leader the managers.
create or replace function app.confirm_access(members bigint[]) returns integer
language sql volatile security definer set search_path = pg_catalog, public, app as $$
  with confirmed as (
    update public.accounts_membership s set confirmed_on = app.today()
      where s.tenant_id = app.tenant() and s.id = any($1) and s.id is distinct from app.member()
        and (app.may('people.manage') or app.role() = 'system' or (app.role() = 'slt' and s.role = 'manager'))
      returning 1)
  select count(*)::integer from confirmed
$$;

-- Jobs that nobody claimed within the given seconds: only where they are and of which kind, never what they hold. One that was begun,
-- shows no life and whose lock nobody holds has lost its worker: it waits again. Its lock is held to the end of this transaction, so that a
-- worker that only seemed dead finds its job taken back, and leaves it.
create or replace function app.unclaimed_jobs(seconds int, most int) returns table (job bigint, taskforce bigint, kind text)
language plpgsql volatile security definer set search_path = pg_catalog, public, app as $$
declare
  old timestamptz := clock_timestamp() - make_interval(secs => seconds);
  j record;
begin
  for j in select k.id, k.tenant_id, k.kind, k.state from public.jobs_job k
      where (k.state = 'waiting' and coalesce(k.sent_at, k.created_at) < old and coalesce(k.not_before, '-infinity') <= clock_timestamp())
        or (k.state = 'running' and k.heartbeat_at < old)
      order by k.id limit most for update skip locked
  loop
    continue when j.state = 'running' and not pg_try_advisory_xact_lock(app.job_lock(j.id));
    update public.jobs_job k set sent_at = clock_timestamp(), state = 'waiting' where k.id = j.id;
    job := j.id;
    taskforce := j.tenant_id;
    kind := j.kind;
    return next;
  end loop;
end $$;

-- The taskforces in which somebody out alone is late and nobody was told: only where, never who.
create or replace function app.overdue_visits(minutes int) returns table (taskforce bigint)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select distinct v.tenant_id from public.people_lonevisit v
    where v.back_at is null and v.alarmed_at is null and v.expected_back_at < clock_timestamp() - make_interval(mins => minutes)
$$;

-- Seconds that the oldest unsent job has waited, null where none waits: for /health/jobs. One that is put off waits from then on.
create or replace function app.oldest_waiting_job() returns double precision
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select extract(epoch from clock_timestamp() - min(greatest(j.created_at, j.not_before))) from public.jobs_job j
    where j.state = 'waiting' and coalesce(j.not_before, '-infinity') <= clock_timestamp()
$$;

-- An invitation by the hash of its token: enough to greet the person, nothing else of the taskforce.
create or replace function app.invitation(token_hash text)
returns table (taskforce bigint, taskforce_name text, email text, role text)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select i.tenant_id, t.name::text, i.email::text, i.role::text
    from public.accounts_invitation i join public.tenancy_taskforce t on t.id = i.tenant_id
    where i.token_hash = $1 and i.accepted_at is null and i.withdrawn_at is null and i.expires_at > statement_timestamp()
$$;

-- Whose a calendar address is, by the hash of its token: where to enter, and as whom. `app.enter` then asks whether they still work there.
create or replace function app.calendar_feed(token_hash text) returns table (taskforce bigint, person bigint)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select f.tenant_id, m.user_id
    from public.notices_calendarfeed f join public.accounts_membership m on m.tenant_id = f.tenant_id and m.id = f.member_id
    where f.token_hash = $1 and f.revoked_at is null
$$;

-- Takes an invitation up for a signed-in person: makes the membership. Raises where the invitation does not hold any more.
create or replace function app.accept_invitation(token_hash text, person bigint) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, app as $$
declare
  i record;
  reach text;
  known_as text;
begin
  select * into i from public.accounts_invitation v
    where v.token_hash = accept_invitation.token_hash and v.accepted_at is null and v.withdrawn_at is null
      and v.expires_at > statement_timestamp() for update;
  if not found then
    raise exception 'permission denied: this invitation has expired or was used' using errcode = '42501';
  end if;
  select u.name into known_as from public.accounts_user u where u.id = person and lower(u.email) = lower(i.email);
  if not found then
    raise exception 'permission denied: this invitation is for another address' using errcode = '42501';
  end if;
  perform set_config('app.tenant_id', i.tenant_id::text, true), set_config('app.person_id', person::text, true),
    set_config('app.verb', 'invitation.accept', true);
  -- A specialist whose posts are known already sees what those cover; people.services.follow_posts keeps it so.
  select case when i.role <> 'specialist' or count(p.id) = 0 or bool_or(live.post is not null and not exists (
      select 1 from public.people_postsite ps where ps.post_id = p.id and ps.tenant_id = i.tenant_id)) then 'all'
    when count(live.post) > 0 then 'sites' else 'allocated' end into reach
    from public.people_specialist sp join public.people_post p on p.specialist_id = sp.id and p.tenant_id = i.tenant_id
    left join lateral (select p.id as post where not p.allocated_only and p.start_date <= app.today()
      and (p.end_date is null or p.end_date >= app.today())) live on true
    where sp.tenant_id = i.tenant_id and (sp.user_id = person or (sp.user_id is null and sp.email <> '' and lower(sp.email) = lower(i.email)));
  insert into public.accounts_membership (tenant_id, public_id, user_id, role, name, email, case_reach, may_decide, starts_on)
    values (i.tenant_id, gen_random_uuid(), person, i.role, coalesce(nullif(known_as, ''), i.name), i.email, reach, i.role = 'manager', app.today())
    on conflict (tenant_id, user_id) do update set role = excluded.role, case_reach = excluded.case_reach,
      may_decide = excluded.may_decide, version = accounts_membership.version + 1, starts_on = least(accounts_membership.starts_on, app.today()), ends_on = null,
      confirmed_on = app.today();
  update public.people_specialist s set user_id = person
    where s.tenant_id = i.tenant_id and s.user_id is null and s.email <> '' and lower(s.email) = lower(i.email);
  -- Who was invited under an agreement is its guest from now on.
  update public.sharing_guest g set membership_id = s.id from public.accounts_membership s
    where g.tenant_id = i.tenant_id and g.invitation_id = i.id and s.tenant_id = i.tenant_id and s.user_id = person;
  update public.accounts_invitation v set accepted_at = statement_timestamp() where v.id = i.id;
  perform set_config('app.tenant_id', '', true), set_config('app.person_id', '', true), set_config('app.verb', '', true);
  return i.tenant_id;
end $$;

-- Begins an import of one's own: until its transaction or `app.actions` is put back, its maker may write what only imports write.
create or replace function app.begin_import(import bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public, app as $$
begin
  perform 1 from public.imports_import i
    where i.tenant_id = app.tenant() and i.id = $1 and i.uploaded_by_id = app.member() and i.state in ('uploaded', 'previewed');
  if not found or not app.may('record.import') then
    raise exception 'permission denied: no import of yours is under way' using errcode = '42501';
  end if;
  perform set_config('app.actions', (current_setting('app.actions')::jsonb || '{"import.write": "T"}')::text, true);
end $$;

-- Who the rules let see which case (of the open taskforce; one case, or all where null): specialists on its team, and those whose post
-- covers its site. Nobody by rule sees a restricted case; who sees the whole taskforce needs no row.
create or replace function app.access_by_rule(only_case bigint)
returns table (case_id bigint, user_id bigint, source text, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  with people as (
    select s.user_id, p.id as post_id, p.allocated_only or t.holds_cases = 'allocated' or m.case_reach = 'allocated' as allocated_only,
           least(p.end_date, m.ends_on) as last_day
      from public.people_specialist s
      join public.people_post p on p.tenant_id = s.tenant_id and p.specialist_id = s.id
      join public.accounts_membership m on m.tenant_id = s.tenant_id and m.user_id = s.user_id
      join public.tenancy_taskforce t on t.id = s.tenant_id
      where s.tenant_id = app.tenant() and m.role = 'specialist' and (m.case_reach <> 'all' or t.holds_cases = 'allocated')
        and p.start_date <= app.today() and (p.end_date is null or p.end_date >= app.today())
        and m.starts_on <= app.today() and (m.ends_on is null or m.ends_on >= app.today())
  ), ways as (
    select c.id as case_id, p.user_id, 'team' as source, least(p.last_day, w.ends_on) as last_day
      from people p
      join public.cases_casemember w on w.tenant_id = app.tenant() and w.post_id = p.post_id
        and (w.ends_on is null or w.ends_on >= app.today())
      join public.cases_case c on c.tenant_id = app.tenant() and c.id = w.case_id
      where not c.restricted and (only_case is null or c.id = only_case)
    union all
    select c.id, p.user_id, 'site', p.last_day
      from people p
      join public.people_postsite ps on ps.tenant_id = app.tenant() and ps.post_id = p.post_id
      join public.cases_case c on c.tenant_id = app.tenant() and c.site_id = ps.site_id
      where not p.allocated_only and not c.restricted and (only_case is null or c.id = only_case)
  )
  select distinct on (w.case_id, w.user_id) w.case_id, w.user_id, w.source, (w.last_day + 1)::timestamp at time zone 'Europe/London'
    from ways w order by w.case_id, w.user_id, w.last_day desc nulls first, w.source desc
$$;

-- Brings the grants by rule (sources team and site) of one case, or of all where null, to what the rules say; gives how many changed.
-- Elevated, because a person who allocates a case to their own team may give themselves nothing by hand.
create or replace function app.refresh_access(only_case bigint) returns integer
language sql volatile security definer set search_path = pg_catalog, public, app as $$
  with should as materialized (select * from app.access_by_rule(only_case)),
  gone as (
    delete from public.cases_caseaccess g
      where g.tenant_id = app.tenant() and g.source in ('team', 'site') and (only_case is null or g.content_object_id = only_case)
        and not exists (select 1 from should s where s.case_id = g.content_object_id and s.user_id = g.user_id)
      returning 1),
  made as (
    insert into public.cases_caseaccess as g
        (tenant_id, permission_id, user_id, content_object_id, source, given_by_id, reason, expires_at)
      select app.tenant(), p.id, s.user_id, s.case_id, s.source, app.member(), '', s.expires_at
        from should s, public.auth_permission p join public.django_content_type t on t.id = p.content_type_id
        where p.codename = 'view_case' and t.app_label = 'cases' and t.model = 'case'
    on conflict (tenant_id, user_id, permission_id, content_object_id) do update
      set source = excluded.source, expires_at = excluded.expires_at, given_by_id = excluded.given_by_id, given_at = statement_timestamp()
      where (g.source in ('team', 'site') or g.expires_at is not null)
        and (g.source, g.expires_at) is distinct from (excluded.source, excluded.expires_at)
    returning 1)
  select ((select count(*) from gone) + (select count(*) from made))::integer
$$;

-- The next free reference of the taskforce. An import may have used some of ours, which its maker need not see.
create or replace function app.next_reference(kind text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, public, app as $$
#variable_conflict use_column
declare
  prefix text := case next_reference.kind when 'case' then 'C-' else 'S-' end;
  n bigint;
  taken boolean;
begin
  if next_reference.kind not in ('referral', 'case', 'session') then
    raise exception 'no such kind of reference: %', next_reference.kind;
  end if;
  loop
    insert into public.tenancy_referencecounter as k (tenant_id, kind, last) values (app.tenant(), next_reference.kind, 1)
      on conflict (tenant_id, kind) do update set last = k.last + 1 returning k.last into n;
    with used as (
      select r.reference from public.referrals_referral r where next_reference.kind = 'referral' and r.tenant_id = app.tenant()
      union all select c.reference from public.cases_case c where next_reference.kind = 'case' and c.tenant_id = app.tenant()
      union all select i.reference from public.cases_intervention i where next_reference.kind = 'session' and i.tenant_id = app.tenant())
    select exists (select from used where reference = prefix || n) into taken;
    exit when not taken;
    -- Past the highest that is used, rather than one by one.
    with used as (
      select r.reference from public.referrals_referral r where next_reference.kind = 'referral' and r.tenant_id = app.tenant()
      union all select c.reference from public.cases_case c where next_reference.kind = 'case' and c.tenant_id = app.tenant()
      union all select i.reference from public.cases_intervention i where next_reference.kind = 'session' and i.tenant_id = app.tenant())
    update public.tenancy_referencecounter k set last = greatest(k.last, (
        select max(substr(reference, 3)::bigint) from used where reference ~ ('^' || prefix || '[0-9]{1,9}$')))
      where k.tenant_id = app.tenant() and k.kind = next_reference.kind;
  end loop;
  return prefix || n;
end $$;

-- How an agreement of this taskforce stands today.
create or replace function app.agreement_standing(agreement bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select app.standing_of(app.tenant(), $1)
$$;

-- May this organisation have these categories of this pupil for this purpose now, and what says so: a row a category. Of
-- several agreements the one that goes farthest answers. Entry to the taskforce applies the same rules to its guests.
create or replace function app.sharing_answers(partner bigint, pupil bigint, purpose text, categories text[])
returns table (category text, allowed boolean, clause text, agreement bigint)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  with ruled as (
    select a.id, app.standing_of(app.tenant(), a.id) as standing, a.purposes, coalesce(a.first_id, a.id) as first
      from public.sharing_datasharingagreement a
      where a.tenant_id = app.tenant() and a.partner_id = $1 and a.sent_at is not null),
  said as (
    select k.category, r.id, case
        when exists (select from public.cases_case c where c.tenant_id = app.tenant() and c.pupil_id = $2 and c.restricted) then 'restricted'
        when r.id is null then 'no_agreement'
        when r.standing not in ('in_force', 'due_for_review') then r.standing
        when not ($3 = any(r.purposes)) then 'purpose'
        when not exists (select from public.sharing_agreementcategory g where g.tenant_id = app.tenant() and g.agreement_id = r.id
          and g.category = k.category and g.partner_sees) then 'category'
        when not exists (select from public.sharing_sharedcase s join public.sharing_datasharingagreement b
            on b.tenant_id = s.tenant_id and b.id = s.agreement_id where s.tenant_id = app.tenant() and coalesce(b.first_id, b.id) = r.first
          and s.pupil_id = $2 and s.purpose = $3 and s.ended_at is null and (s.until is null or s.until >= app.today())) then 'not_shared'
        else 'allow' end as clause
      from unnest($4) k (category) left join ruled r on true)
  select distinct on (s.category) s.category, s.clause = 'allow', s.clause, s.id from said s
    order by s.category, array_position(array['allow', 'not_shared', 'category', 'purpose', 'due_for_review', 'to_begin', 'sent',
      'expired', 'superseded', 'terminated', 'no_agreement', 'restricted'], s.clause), s.id desc
$$;

-- Whether a session names a pupil hidden from this member. Elevated, because the places that would say so are hidden themselves.
create or replace function app.names_hidden(intervention bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select exists (select from public.cases_interventionplace p
    where p.tenant_id = app.tenant() and p.intervention_id = $1 and p.pupil_id = any(app.hidden_pupils()))
$$;

-- Whether a session names a pupil whose case this member sees in an emergency alone: then they do not change it.
create or replace function app.names_emergency(intervention bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select exists (select from public.cases_interventionplace p
    where p.tenant_id = app.tenant() and p.intervention_id = $1 and p.pupil_id = any(app.emergency_pupils()))
$$;

-- Every place on a meeting's agenda, those too that the reader may not see: a nameless stub stands for them, which says whether it is
-- restricted, and else only whether it is a case or a referral.
create or replace function app.agenda_of(meeting bigint) returns table (public_id uuid, place integer, about text)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select i.public_id, i.position::integer,
      case when i.case_id = any(app.hidden()) or i.pupil_id = any(app.hidden_pupils()) then 'restricted' else i.kind end
    from public.cases_meetingitem i
    where i.tenant_id = app.tenant() and i.meeting_id = meeting and app.reach('minutes.view') = 'T'
    order by i.position, i.id
$$;

-- Whether a case's holders have said that this member never opens it in an emergency.
create or replace function app.barred_from(barred bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select exists (select from public.cases_emergencybar b
    where b.tenant_id = app.tenant() and b.case_id = $1 and b.member_id = app.member())
$$;

-- The stubs of restricted cases hidden from this member who could otherwise see them: who holds each, whether its holders barred this
-- member from opening it in an emergency, and the public id that such an opening names; nothing else.
create or replace function app.restricted_cases() returns table (public_id uuid, holders text, barred boolean)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select c.public_id, coalesce((select string_agg(h.name, ', ' order by h.name)
      from public.cases_caseaccess g join public.accounts_membership h on h.tenant_id = g.tenant_id and h.user_id = g.user_id
      where g.tenant_id = c.tenant_id and g.content_object_id = c.id and g.source = 'grant'
        and (g.expires_at is null or g.expires_at > statement_timestamp())), ''), app.barred_from(c.id)
    from public.cases_case c
    join public.accounts_membership m on m.tenant_id = c.tenant_id and m.id = app.member()
    join public.tenancy_taskforce t on t.id = c.tenant_id
    where c.tenant_id = app.tenant() and c.id = any(app.hidden()) and c.ended_on is null and app.reach('case.brief') in ('T', 'C')
      and (m.role <> 'specialist' or (t.holds_cases = 'team' and (m.case_reach = 'all' or c.site_id = any(app.sites()))))
    order by 2, 1
$$;

-- Opens a restricted case, note or document for sixty minutes to a member who could otherwise see the case and knows why it cannot wait.
-- It gives the grant that the policies read, which ends by itself, writes the emergency with everybody who is to be told, and the entry of
-- the access log. Elevated, because nobody gives a grant to themselves by hand. How it came out: 'opened', 'already' (one is under way),
-- 'held' (it is open to them anyway), 'barred' (its holders said "never for this person"), 'nothing' (there is no such thing for them).
create or replace function app.break_glass(kind text, item uuid, reason text) returns table (outcome text, emergency uuid)
language plpgsql volatile security definer set search_path = pg_catalog, public, app as $$
#variable_conflict use_column
declare
  x record;
  made uuid := gen_random_uuid();
  until timestamptz := statement_timestamp() + interval '60 minutes';
  entry bigint;
begin
  if not app.may('break_glass.use') or (break_glass.kind <> 'case' and not app.may('restricted.view'))
      or break_glass.kind not in ('case', 'note', 'document') or trim(break_glass.reason) = '' then
    raise exception 'permission denied: this is not opened in an emergency' using errcode = '42501';
  end if;
  -- Two who send at the same moment, or one who sends twice: the second waits, and finds the first.
  perform pg_advisory_xact_lock(hashtextextended('break_glass ' || app.person() || ' ' || break_glass.item, 0));
  select e.public_id into made from public.cases_emergency e where e.tenant_id = app.tenant() and e.opened_by_id = app.member()
    and e.item = break_glass.item and e.ended_at is null and e.ends_at > statement_timestamp();
  if found then
    return query select 'already', made;
    return;
  end if;
  made := gen_random_uuid();
  if break_glass.kind = 'case' then
    select c.id as case_id, c.pupil_id, null::bigint as note, null::bigint as document, null::bigint as author, r.barred, false as held into x
      from app.restricted_cases() r join public.cases_case c on c.tenant_id = app.tenant() and c.public_id = r.public_id
      where r.public_id = break_glass.item;
  elsif break_glass.kind = 'note' then
    select n.case_id, n.pupil_id, n.id as note, null::bigint as document, n.written_by_id as author, app.barred_from(n.case_id) as barred,
        app.note_hold(n.id) is not null as held into x
      from public.cases_note n
      where n.tenant_id = app.tenant() and n.public_id = break_glass.item and n.sensitivity <> 'ordinary' and app.reaches_case(n.case_id);
  else
    select d.case_id, c.pupil_id, null::bigint as note, d.id as document, d.written_by_id as author, app.barred_from(d.case_id) as barred,
        (d.written_by_id = app.member()) is true or (d.sensitivity = 'safeguarding' and app.role() = 'dsl')
        or exists (select from public.cases_documentaccess g where g.tenant_id = d.tenant_id and g.content_object_id = d.id
          and g.user_id = app.person() and (g.expires_at is null or g.expires_at > statement_timestamp())) as held into x
      from public.cases_document d join public.cases_case c on c.tenant_id = d.tenant_id and c.id = d.case_id
      where d.tenant_id = app.tenant() and d.public_id = break_glass.item and d.sensitivity <> 'ordinary' and d.removed_at is null
        and app.may('note.view') and app.reaches_case(d.case_id);
  end if;
  if x.case_id is null or x.barred or x.held then
    return query select case when x.case_id is null then 'nothing' when x.barred then 'barred' else 'held' end, null::uuid;
    return;
  end if;
  if x.note is not null then
    insert into public.cases_noteaccess as g (tenant_id, permission_id, user_id, content_object_id, source, given_by_id, reason, expires_at)
      select app.tenant(), app.permission('note'), app.person(), x.note, 'break_glass', app.member(), '', until
      on conflict (tenant_id, user_id, permission_id, content_object_id) do update
        set source = 'break_glass', given_by_id = excluded.given_by_id, reason = '', expires_at = until, given_at = statement_timestamp();
  elsif x.document is not null then
    insert into public.cases_documentaccess as g (tenant_id, permission_id, user_id, content_object_id, source, given_by_id, reason, expires_at)
      select app.tenant(), app.permission('document'), app.person(), x.document, 'break_glass', app.member(), '', until
      on conflict (tenant_id, user_id, permission_id, content_object_id) do update
        set source = 'break_glass', given_by_id = excluded.given_by_id, reason = '', expires_at = until, given_at = statement_timestamp();
  else
    insert into public.cases_caseaccess as g (tenant_id, permission_id, user_id, content_object_id, source, given_by_id, reason, expires_at)
      select app.tenant(), app.permission('case'), app.person(), x.case_id, 'break_glass', app.member(), '', until
      on conflict (tenant_id, user_id, permission_id, content_object_id) do update
        set source = 'break_glass', given_by_id = excluded.given_by_id, reason = '', expires_at = until, given_at = statement_timestamp();
  end if;
  insert into public.cases_emergency
      (tenant_id, public_id, kind, item, case_id, note_id, document_id, opened_by_id, reason, opened_at, ends_at, told)
    select app.tenant(), made, break_glass.kind, break_glass.item, x.case_id, x.note, x.document, app.member(), trim(break_glass.reason),
      statement_timestamp(), until, coalesce(array_agg(m.id order by m.id), '{}')
      from public.accounts_membership m
      where m.tenant_id = app.tenant() and m.id <> app.member() and m.role <> 'partner'
        and m.starts_on <= app.today() and (m.ends_on is null or m.ends_on >= app.today())
        and (m.role in ('manager', 'dsl', 'ig_lead') or m.id = x.author
          or exists (select from public.cases_caseaccess g join public.cases_case c on c.tenant_id = g.tenant_id and c.id = g.content_object_id
            where g.tenant_id = m.tenant_id and g.content_object_id = x.case_id and g.user_id = m.user_id and g.source = 'grant' and c.restricted
              and (g.expires_at is null or g.expires_at > statement_timestamp())))
        and not exists (select from public.cases_emergencybar b where b.tenant_id = m.tenant_id and b.case_id = x.case_id and b.member_id = m.id);
  -- Where somebody is barred, they may answer for the log all the same: the reason then stands with the emergency alone.
  entry := nextval('public.audit_accessentry_id_seq');
  insert into public.audit_accessentry (id, tenant_id, person_id, page, categories, refused, reason, request_id)
    values (entry, app.tenant(), app.person(), 'cases:emergency-' || break_glass.kind, 'identity', false,
      case when exists (select from public.cases_emergencybar b where b.tenant_id = app.tenant() and b.case_id = x.case_id)
        then 'Emergency' else left('Emergency: ' || trim(break_glass.reason), 200) end,
      coalesce(current_setting('app.request_id', true), ''));
  insert into public.audit_accessentrypupil (tenant_id, entry_id, pupil_id) values (app.tenant(), entry, x.pupil_id);
  return query select 'opened', made;
end $$;

-- Ends an emergency before its time: whoever opened it, and those who answer for who looked. False where there was none to end.
create or replace function app.end_emergency(item uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, public, app as $$
declare e record;
begin
  update public.cases_emergency y set ended_at = statement_timestamp()
    where y.tenant_id = app.tenant() and y.public_id = $1 and y.ended_at is null and y.ends_at > statement_timestamp()
      and (y.opened_by_id = app.member() or app.reach('access_log.view') = 'T') and not app.barred_from(y.case_id)
    returning y.kind, y.case_id, y.note_id, y.document_id, y.opened_by_id into e;
  if not found then
    return false;
  end if;
  update public.cases_caseaccess g set expires_at = statement_timestamp() from public.accounts_membership m
    where e.kind = 'case' and g.tenant_id = app.tenant() and g.content_object_id = e.case_id and g.source = 'break_glass'
      and m.id = e.opened_by_id and m.tenant_id = g.tenant_id and g.user_id = m.user_id;
  update public.cases_noteaccess g set expires_at = statement_timestamp() from public.accounts_membership m
    where g.tenant_id = app.tenant() and g.content_object_id = e.note_id and g.source = 'break_glass'
      and m.id = e.opened_by_id and m.tenant_id = g.tenant_id and g.user_id = m.user_id;
  update public.cases_documentaccess g set expires_at = statement_timestamp() from public.accounts_membership m
    where g.tenant_id = app.tenant() and g.content_object_id = e.document_id and g.source = 'break_glass'
      and m.id = e.opened_by_id and m.tenant_id = g.tenant_id and g.user_id = m.user_id;
  return true;
end $$;

-- What whoever opened something in an emergency looked at of that pupil until it ended: pages and times, no names. For those who are told
-- of it, who need not see the case themselves.
create or replace function app.looks_in_emergency(item uuid) returns table (at timestamptz, page text, refused boolean)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select a.at, a.page::text, a.refused from public.cases_emergency e
    join public.accounts_membership m on m.tenant_id = e.tenant_id and m.id = e.opened_by_id
    join public.cases_case c on c.tenant_id = e.tenant_id and c.id = e.case_id
    join public.audit_accessentry a on a.tenant_id = e.tenant_id and a.person_id = m.user_id
      and a.at >= e.opened_at and a.at <= coalesce(e.ended_at, e.ends_at)
    where e.tenant_id = app.tenant() and e.public_id = $1 and not app.barred_from(e.case_id)
      and (e.opened_by_id = app.member() or app.member() = any(e.told) or app.reach('access_log.view') = 'T')
      and exists (select from public.audit_accessentrypupil p where p.tenant_id = a.tenant_id and p.entry_id = a.id and p.pupil_id = c.pupil_id)
    order by a.at, a.id
$$;

-- Whether this member reaches a case by their role, sites or a grant; a hidden one they do not.
create or replace function app.reaches_case(reached bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select not ($1 = any(app.hidden())) and exists (select from public.accounts_membership m
    join public.tenancy_taskforce t on t.id = m.tenant_id
    where m.tenant_id = app.tenant() and m.id = app.member()
      and (m.role <> 'specialist' or (t.holds_cases = 'team' and m.case_reach = 'all')
        or exists (select from public.cases_caseaccess g where g.tenant_id = m.tenant_id and g.content_object_id = $1
          and g.user_id = m.user_id and (g.expires_at is null or g.expires_at > statement_timestamp()))))
$$;

-- guardian's permission that a grant on one record of cases stands for.
create or replace function app.permission(model text) returns integer
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select p.id from public.auth_permission p join public.django_content_type t on t.id = p.content_type_id
    where p.codename = 'view_' || $1 and t.app_label = 'cases' and t.model = $1
$$;

-- How many restricted cases would be left without two holders, one of them a safeguarding lead, once a person has left after a day, or
-- (stays) is no safeguarding lead any more. A number alone: whoever ends a membership need not see the cases.
create or replace function app.holds_left_alone(person bigint, last_day date, stays boolean) returns integer
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select count(*)::integer from public.cases_case c
    where c.tenant_id = app.tenant() and c.restricted and (app.may('people.manage') or app.role() = 'system')
      and exists (select from public.cases_caseaccess g where g.tenant_id = c.tenant_id and g.content_object_id = c.id and g.user_id = $1
        and g.source = 'grant' and (g.expires_at is null or g.expires_at > statement_timestamp()))
      and (select count(*) + stays::int < 2 or not coalesce(bool_or(m.role = 'dsl'), false)
        from public.cases_caseaccess o join public.accounts_membership m on m.tenant_id = o.tenant_id and m.user_id = o.user_id
        where o.tenant_id = c.tenant_id and o.content_object_id = c.id and o.source = 'grant' and o.user_id <> $1
          and (o.expires_at is null or o.expires_at > statement_timestamp()) and m.role <> 'partner'
          and (m.ends_on is null or m.ends_on > coalesce(last_day, app.today())))
$$;

-- How many open restricted cases, hidden from this member, a post leads or is on the team of.
create or replace function app.restricted_of_post(post bigint) returns integer
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select count(*)::integer from public.cases_case c
    where c.tenant_id = app.tenant() and c.id = any(app.hidden()) and c.ended_on is null and app.may('people.manage')
      and (c.lead_id = $1 or exists (select from public.cases_casemember w where w.tenant_id = c.tenant_id and w.case_id = c.id
        and w.post_id = $1 and (w.ends_on is null or w.ends_on > app.today())))
$$;

-- Minutes by post and site from a day to a day: all that was logged, and what counts as delivered in the return ("Rows that count").
-- Figures alone, so that they are whole for whoever sees the figures and may read no session.
create or replace function app.minutes_by_post(first date, last date, counted text[], needs_pupil text[], hours_count text[])
returns table (post bigint, site bigint, logged bigint, delivered bigint)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select x.post_id, i.site_id, sum(i.minutes)::bigint,
         coalesce(sum(i.minutes) filter (where i.activity_type = any(counted)
           and coalesce(p.counts, not i.activity_type = any(needs_pupil))), 0)::bigint
    from public.cases_intervention i
    join public.cases_interventionspecialist x on x.tenant_id = i.tenant_id and x.intervention_id = i.id
    left join lateral (select bool_or(p.attendance = any(hours_count)) as counts from public.cases_interventionplace p
      where p.tenant_id = i.tenant_id and p.intervention_id = i.id) p on true
    where i.tenant_id = app.tenant() and app.may('dashboard.view') and i.deleted_at is null and i.held_on between first and last
    group by 1, 2
$$;

-- Open cases by post and site: how many it leads, and on how many teams it works otherwise. Figures alone, as above.
create or replace function app.cases_by_post() returns table (post bigint, site bigint, led bigint, others bigint)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select w.post_id, c.site_id, count(*) filter (where w.leads), count(*) filter (where not w.leads)
    from public.cases_case c
    cross join lateral (
      select c.lead_id as post_id, true as leads where c.lead_id is not null
      union select m.post_id, false from public.cases_casemember m where m.tenant_id = c.tenant_id and m.case_id = c.id
        and m.post_id is distinct from c.lead_id and m.starts_on <= app.today() and (m.ends_on is null or m.ends_on >= app.today())) w
    where c.tenant_id = app.tenant() and app.may('dashboard.view') and c.ended_on is null
    group by 1, 2
$$;

-- True where this person may change a session, or has just written it; its places and specialists are written under it.
create or replace function app.may_mend_session(intervention bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select not app.names_emergency($1) and exists (select from public.cases_intervention i where i.tenant_id = app.tenant() and i.id = $1
    and ((i.logged_at >= transaction_timestamp() and (i.logged_by_id is null or i.logged_by_id = app.member()))
      or ((app.reach('intervention.change') = 'T' or i.logged_by_id = app.member())
        and (app.condition('intervention.change') <> 'own_window' or i.changeable_until >= app.today()))))
$$;

-- True while somebody who joined a session of a colleague may take themselves out of it again: as long as its author may change it.
create or replace function app.may_leave_session(intervention bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select exists (select from public.cases_intervention i where i.tenant_id = app.tenant() and i.id = $1
    and i.changeable_until >= app.today())
$$;

-- True where this person may change a group: who runs it, who made it, and who logs for others.
create or replace function app.may_mend_group(mended bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select app.reach('intervention.log') = 'T'
    or exists (select from public.cases_sessiongroup g where g.tenant_id = app.tenant() and g.id = $1 and g.made_by_id = app.member())
    or exists (select from public.cases_sessiongroupspecialist x
      join public.people_post p on p.tenant_id = x.tenant_id and p.id = x.post_id
      join public.people_specialist s on s.tenant_id = p.tenant_id and s.id = p.specialist_id
      where x.tenant_id = app.tenant() and x.group_id = $1 and s.user_id = app.person())
$$;

-- True where this person may change a planned session: who is to hold it, who planned it, and who logs for others.
create or replace function app.may_mend_plan(mended bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select app.reach('intervention.log') = 'T'
    or exists (select from public.cases_plannedsession g where g.tenant_id = app.tenant() and g.id = $1 and g.planned_by_id = app.member())
    or exists (select from public.cases_plannedspecialist x
      join public.people_post p on p.tenant_id = x.tenant_id and p.id = x.post_id
      join public.people_specialist s on s.tenant_id = p.tenant_id and s.id = p.specialist_id
      where x.tenant_id = app.tenant() and x.planned_id = $1 and s.user_id = app.person())
$$;

-- Whom to tell of a concern about a child: the designated safeguarding leads of today. Elevated, because a partner's guest reads no
-- membership but their own, and a concern is everybody's.
create or replace function app.safeguarding_leads() returns table (name text, email text)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select m.name::text, m.email::text from public.accounts_membership m
    where m.tenant_id = app.tenant() and m.role = 'dsl' and app.member() is not null
      and m.starts_on <= app.today() and (m.ends_on is null or m.ends_on >= app.today())
    order by m.name, m.id
$$;

-- By what this person reads a note: 'author', 'dsl' (safeguarding detail), 'grant', 'emergency' (which makes no holder), or null. Elevated, because the grants' own policy
-- asks. A note of a restricted case is held only by those who hold the case.
create or replace function app.note_hold(note bigint) returns text
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select case when n.case_id = any(app.emergency()) and (n.written_by_id = app.member()
        or (n.sensitivity = 'safeguarding' and app.role() = 'dsl')) then 'emergency'
      when n.written_by_id = app.member() then 'author'
      when n.sensitivity = 'safeguarding' and app.role() = 'dsl' then 'dsl'
      else (select case when g.source = 'break_glass' or n.case_id = any(app.emergency()) then 'emergency' else 'grant' end
        from public.cases_noteaccess g where g.tenant_id = n.tenant_id and g.content_object_id = n.id
        and g.user_id = app.person() and (g.expires_at is null or g.expires_at > statement_timestamp()) limit 1) end
    from public.cases_note n
    where n.tenant_id = app.tenant() and n.id = $1 and app.may('restricted.view') and not (n.case_id = any(app.hidden()))
$$;

-- True where whoever sees single cases may open one: for a referral that they see, and its own pupil.
create or replace function app.may_open_case(referral bigint, pupil bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select exists (select from public.referrals_referral r where r.tenant_id = app.tenant() and r.id = $1 and r.pupil_id = $2
    and (r.made_by_id = app.member() or r.site_id = any(app.sites())))
$$;

-- The case of a passport. Elevated, because the passport's policy reads its grants, and those ask whose it is.
create or replace function app.case_of_passport(passport bigint) returns bigint
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select p.case_id from public.cases_passport p where p.tenant_id = app.tenant() and p.id = $1
$$;

-- Which of some pupils are to be kept apart from each other. Elevated: whoever brings two together is warned though they may not see
-- both, and the caller names the two only to somebody who does. It gives nothing but pairs of what it was given.
create or replace function app.kept_apart(pupils bigint[]) returns table (one bigint, other bigint)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select k.pupil_id, k.other_id from public.cases_keepapart k
    where k.tenant_id = app.tenant() and k.ends_on is null and k.pupil_id = any(pupils) and k.other_id = any(pupils)
    order by 1, 2
$$;

-- One trigger a statement and table: who did what to which record, and apart from it what it was before and after.
create or replace function app.audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, app as $$
declare
  case_column text := tg_argv[0];
  pupil_column text := tg_argv[1];
  person bigint := app.person();
  verb text := nullif(current_setting('app.verb', true), '');
  request text := coalesce(current_setting('app.request_id', true), '');
begin
  if tg_op = 'INSERT' then
    with r as (select nextval('public.audit_auditevent_id_seq') as id, n.tenant_id as tenant, n.id as record, gen_random_uuid() as salt,
        null::jsonb as b, to_jsonb(n) as a from new_rows n),
    d as (insert into public.audit_auditdetail (event_id, tenant_id, table_name, case_id, pupil_id, person_id, salt, before, after)
      select id, tenant, tg_table_name, (a ->> case_column)::bigint, (a ->> pupil_column)::bigint, person, salt, b, a from r)
    insert into public.audit_auditevent (id, tenant_id, at, person_id, verb, table_name, operation, record_id, request_id, detail_hash, chain_hash)
      select id, tenant, clock_timestamp(), person, coalesce(verb, 'insert'), tg_table_name, 'I', record, request,
        sha256(convert_to(salt::text || a::text, 'UTF8')), null from r;
  elsif tg_op = 'UPDATE' then
    -- A full join is never a nested loop, which the plan kept from a change of one row would be for one of thousands.
    -- A changed id joins to nothing, and the event without a record's taskforce is refused.
    with r as (select nextval('public.audit_auditevent_id_seq') as id, n.tenant_id as tenant, n.id as record, gen_random_uuid() as salt,
        to_jsonb(o) as b, to_jsonb(n) as a from new_rows n full join old_rows o on o.id = n.id where o is distinct from n),
    d as (insert into public.audit_auditdetail (event_id, tenant_id, table_name, case_id, pupil_id, person_id, salt, before, after)
      select id, tenant, tg_table_name, (a ->> case_column)::bigint, (a ->> pupil_column)::bigint, person, salt, b, a from r)
    insert into public.audit_auditevent (id, tenant_id, at, person_id, verb, table_name, operation, record_id, request_id, detail_hash, chain_hash)
      select id, tenant, clock_timestamp(), person, coalesce(verb, 'update'), tg_table_name, 'U', record, request,
        sha256(convert_to(salt::text || b::text || a::text, 'UTF8')), null from r;
  else
    with r as (select nextval('public.audit_auditevent_id_seq') as id, o.tenant_id as tenant, o.id as record, gen_random_uuid() as salt,
        to_jsonb(o) as b, null::jsonb as a from old_rows o),
    d as (insert into public.audit_auditdetail (event_id, tenant_id, table_name, case_id, pupil_id, person_id, salt, before, after)
      select id, tenant, tg_table_name, (b ->> case_column)::bigint, (b ->> pupil_column)::bigint, person, salt, b, a from r)
    insert into public.audit_auditevent (id, tenant_id, at, person_id, verb, table_name, operation, record_id, request_id, detail_hash, chain_hash)
      select id, tenant, clock_timestamp(), person, coalesce(verb, 'delete'), tg_table_name, 'D', record, request,
        sha256(convert_to(salt::text || b::text, 'UTF8')), null from r;
  end if;
  return null;
end $$;

-- Seals what is written and not sealed yet of the open taskforce, events and then entries of the access log; gives how many. A row gets
-- its number here, not where it is written, so that one whose transaction ends later, with a lower id, can come below none: it is the
-- next one's. Where a chain ended is an event itself, which the next seal covers: so a chain cannot be cut at its end either.
create or replace function app.seal_audit() returns bigint
language plpgsql security definer set search_path = pg_catalog, public, app as $$
declare
  r record;
  n bigint;
  chain bytea;
  entries_n bigint;
  entries_chain bytea;
  sealed bigint := 0;
begin
  perform pg_advisory_xact_lock(hashtext('app.seal_audit'), app.tenant()::integer);
  select seal_number, chain_hash into n, chain from public.audit_auditevent
    where tenant_id = app.tenant() and seal_number > 0 order by seal_number desc limit 1;
  n := coalesce(n, 0); chain := coalesce(chain, '');
  for r in select e.id, app.digest(e) as digest, e.table_name not like 'audit\_%' as counts from public.audit_auditevent e
      where e.tenant_id = app.tenant() and e.seal_number is null order by e.id loop
    n := n + 1; chain := sha256(chain || r.digest); sealed := sealed + r.counts::int;
    update public.audit_auditevent set seal_number = n, chain_hash = chain where id = r.id;
  end loop;
  select seal_number, chain_hash into entries_n, entries_chain from public.audit_accessentry
    where tenant_id = app.tenant() and seal_number > 0 order by seal_number desc limit 1;
  entries_n := coalesce(entries_n, 0); entries_chain := coalesce(entries_chain, '');
  for r in select e.id, app.digest(e) as digest from public.audit_accessentry e
      where e.tenant_id = app.tenant() and e.seal_number is null order by e.id loop
    entries_n := entries_n + 1; entries_chain := sha256(entries_chain || r.digest); sealed := sealed + 1;
    update public.audit_accessentry set seal_number = entries_n, chain_hash = entries_chain where id = r.id;
  end loop;
  if sealed > 0 then
    insert into public.audit_auditevent (id, tenant_id, at, verb, table_name, operation, record_id, request_id, detail_hash)
      select nextval('public.audit_auditevent_id_seq'), app.tenant(), clock_timestamp(), 'audit.seal', h.t, 'I', h.n, '', h.c
        from (values ('audit_auditevent', n, chain), ('audit_accessentry', entries_n, entries_chain)) as h (t, n, c) where h.n > 0;
  end if;
  return sealed;
end $$;

-- The case that a public id or a reference names, for those who answer for who looked: the information governance lead sees no case.
create or replace function app.case_looked_at(named text) returns table (public_id uuid, reference text, pupil bigint)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  select c.public_id, c.reference::text, c.pupil_id from public.cases_case c
    where c.tenant_id = app.tenant() and app.reach('access_log.view') = 'T' and not (c.id = any(app.hidden() || app.emergency()))
      and (c.public_id::text = named or c.reference = upper(trim(named)))
    limit 1
$$;

-- What is unusual about entries of the access log, a row for each sign: 'surname' the looker's is the pupil's; 'stranger' a specialist who
-- neither led the case, was on its team, covered its site, held a grant nor held a session with the pupil by then; 'hours' outside
-- the hours of work; 'many' so many pupils' records within so many minutes. A page that showed more pupils than `few` is a list, and
-- only its hour is judged. Signs alone, no names: whoever asks about looks need see neither pupils nor cases.
create or replace function app.odd_looks(entries bigint[], opens integer, closes integer, few integer, many integer, minutes integer)
returns table (entry bigint, sign text)
language sql stable security definer set search_path = pg_catalog, public, app as $$
  with looked as (
    select e.id, e.at, e.at at time zone 'Europe/London' as here, e.person_id, array_agg(p.pupil_id) as pupils
      from public.audit_accessentry e
      join public.audit_accessentrypupil p on p.tenant_id = e.tenant_id and p.entry_id = e.id
      where e.tenant_id = app.tenant() and app.reach('access_log.view') = 'T' and e.id = any(entries) and e.person_id is not null
        and not (p.pupil_id = any(app.hidden_pupils()))
      group by e.id),
  opened as (
    select l.id, l.at, l.here, l.person_id, p.pupil, m.id as member_id, m.role, m.name
      from looked l join public.accounts_membership m on m.tenant_id = app.tenant() and m.user_id = l.person_id
      cross join unnest(l.pupils) as p (pupil) where cardinality(l.pupils) <= few),
  posts as (
    select s.user_id, p.id from public.people_specialist s join public.people_post p on p.tenant_id = s.tenant_id and p.specialist_id = s.id
      where s.tenant_id = app.tenant())
  select o.id, 'surname' from opened o join public.people_pupil p on p.tenant_id = app.tenant() and p.id = o.pupil
    where lower(p.surname) = lower(regexp_replace(trim(o.name), '^.*\s', ''))
  union
  select o.id, 'stranger' from opened o where o.role = 'specialist' and not exists (
    select from public.cases_case c where c.tenant_id = app.tenant() and c.pupil_id = o.pupil and (
      c.opened_by_id = o.member_id
      or exists (select from posts p where p.user_id = o.person_id and (p.id = c.lead_id
        or exists (select from public.cases_casemember w where w.tenant_id = c.tenant_id and w.case_id = c.id and w.post_id = p.id
          and w.starts_on <= o.here::date and (w.ends_on is null or w.ends_on >= o.here::date))
        or exists (select from public.people_postsite s where s.tenant_id = c.tenant_id and s.post_id = p.id and s.site_id = c.site_id)))
      or exists (select from public.cases_caseaccess g where g.tenant_id = c.tenant_id and g.content_object_id = c.id
        and g.user_id = o.person_id and g.given_at <= o.at and (g.expires_at is null or g.expires_at > o.at))))
    and not exists (select from public.cases_interventionplace i
      join public.cases_interventionspecialist x on x.tenant_id = i.tenant_id and x.intervention_id = i.intervention_id
      join posts p on p.id = x.post_id and p.user_id = o.person_id
      where i.tenant_id = app.tenant() and i.pupil_id = o.pupil)
  union
  select l.id, 'hours' from looked l
    where extract(isodow from l.here) > 5 or extract(hour from l.here) < opens or extract(hour from l.here) >= closes
  union
  select o.id, 'many' from opened o where many <= (
    select count(distinct p.pupil_id) from public.audit_accessentry e
      join public.audit_accessentrypupil p on p.tenant_id = e.tenant_id and p.entry_id = e.id
      where e.tenant_id = app.tenant() and e.person_id = o.person_id and e.at between o.at - make_interval(mins => minutes) and o.at
        and few >= (select count(*) from public.audit_accessentrypupil q where q.tenant_id = e.tenant_id and q.entry_id = e.id))
$$;
