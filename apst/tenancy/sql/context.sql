-- What an open context says. Read settings only through these: after a local setting ends its value is '', not NULL.
-- app.tenant() is inlined into each query, which is why it is one expression in SQL.
create or replace function app.no_tenant() returns text language plpgsql stable parallel safe as $$
begin
  raise exception 'permission denied: no taskforce is open' using errcode = '42501';
end $$;

create or replace function app.tenant() returns bigint language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.tenant_id', true), ''), app.no_tenant())::bigint $$;

create or replace function app.person() returns bigint language sql stable parallel safe
  as $$ select nullif(current_setting('app.person_id', true), '')::bigint $$;

create or replace function app.member() returns bigint language sql stable parallel safe
  as $$ select nullif(current_setting('app.member_id', true), '')::bigint $$;

create or replace function app.hidden() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.hidden', true), ''), '{}')::bigint[] $$;

create or replace function app.hidden_pupils() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.hidden_pupils', true), ''), '{}')::bigint[] $$;

-- The restricted cases, and their pupils, that this member sees by an emergency of their own alone: they read them, and write a note.
create or replace function app.emergency() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.emergency', true), ''), '{}')::bigint[] $$;

create or replace function app.emergency_pupils() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.emergency_pupils', true), ''), '{}')::bigint[] $$;

create or replace function app.sites() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.sites', true), ''), '{}')::bigint[] $$;

create or replace function app.posts() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.posts', true), ''), '{}')::bigint[] $$;

-- The cases, and the pupils, that are shared with this guest in every one of the categories; 'any': in some category.
create or replace function app.shared(variadic categories text[]) returns bigint[] language sql stable parallel safe
  as $$ select coalesce(array_agg(x.id), '{}') from (select e.value::bigint as id from unnest(categories) k (category)
    cross join jsonb_array_elements_text(nullif(current_setting('app.shared', true), '')::jsonb -> k.category) e (value)
    group by 1 having count(*) = cardinality(categories)) x $$;

create or replace function app.shared_pupils(variadic categories text[]) returns bigint[] language sql stable parallel safe
  as $$ select coalesce(array_agg(x.id), '{}') from (select e.value::bigint as id from unnest(categories) k (category)
    cross join jsonb_array_elements_text(nullif(current_setting('app.shared_pupils', true), '')::jsonb -> k.category) e (value)
    group by 1 having count(*) = cardinality(categories)) x $$;

-- The organisations as whose guest this person is here.
create or replace function app.partners() returns bigint[] language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.partners', true), ''), '{}')::bigint[] $$;

-- "T", "C", "O", "G" or null where the member may not; the condition of the cell, "" where there is none.
create or replace function app.reach(action text) returns text language sql stable parallel safe
  as $$ select split_part(nullif(current_setting('app.actions', true), '')::jsonb ->> action, ' ', 1) $$;

create or replace function app.condition(action text) returns text language sql stable parallel safe
  as $$ select split_part(nullif(current_setting('app.actions', true), '')::jsonb ->> action, ' ', 2) $$;

create or replace function app.may(variadic actions text[]) returns boolean language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting('app.actions', true), '')::jsonb ?| actions, false) $$;

-- The tables whose records this member may read, for the history kept of them.
create or replace function app.readable() returns text[] language sql stable parallel safe
  as $$ select coalesce(array_agg(t.name), '{}') from app.tables t where t.see = '{}' or app.may(variadic t.see) $$;

create or replace function app.role() returns text language sql stable parallel safe
  as $$ select coalesce(current_setting('app.role', true), '') $$;

-- The day it is where the taskforces are; the connection itself keeps UTC.
create or replace function app.today() returns date language sql stable parallel safe
  as $$ select (statement_timestamp() at time zone 'Europe/London')::date $$;

-- The key of the advisory lock that whoever works at a job holds.
create or replace function app.job_lock(job bigint) returns bigint language sql immutable parallel safe
  as $$ select hashtextextended('job ' || job, 0) $$;

-- What the seals of the audit trail and of the access log are made over: a row's own columns, each in one spelling whatever the session's
-- settings are; an entry with the pupils that it names, an event with the hash of its details, so that those can be erased.
create or replace function app.digest(e public.audit_auditevent) returns bytea language sql stable parallel safe
  as $$ select sha256(convert_to(jsonb_build_array(e.id, e.tenant_id, extract(epoch from e.at), e.person_id, e.verb, e.table_name,
    e.operation, e.record_id, e.request_id, encode(e.detail_hash, 'hex'))::text, 'UTF8')) $$;

create or replace function app.digest(e public.audit_accessentry) returns bytea language sql stable parallel safe
  as $$ select sha256(convert_to(jsonb_build_array(e.id, e.tenant_id, extract(epoch from e.at), e.person_id, e.page, e.categories,
    e.refused, e.reason, host(e.address), e.request_id, (select jsonb_agg(p.pupil_id order by p.pupil_id)
      from public.audit_accessentrypupil p where p.tenant_id = e.tenant_id and p.entry_id = e.id))::text, 'UTF8')) $$;
