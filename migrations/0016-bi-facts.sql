-- What calls are told apart by since, for BI tools as well: DID, extension, disposition, department, tags; and trunk channels.

create or replace view bi.calls with (security_barrier) as
  select c.call_key, c.opened_at, c.started_at, c.answered_at, c.ended_at,
    (c.opened_at at time zone t.zone)::date as local_date,
    (array['unknown', 'inbound', 'outbound', 'internal', 'transit'])[c.direction + 1] as direction,
    (array['answered', 'no-answer', 'busy', 'failed', 'program'])[c.outcome] as outcome,
    case when u.shows_numbers then c.from_number else bi.masked(c.from_number) end as from_number,
    case when u.shows_numbers then c.to_number else bi.masked(c.to_number) end as to_number,
    case when u.shows_numbers then c.from_name end as from_name,
    c.talk_s as talk_seconds, c.ring_s as ring_seconds, c.wait_s as wait_seconds, c.duration_s as duration_seconds,
    c.hangup_cause, c.legs, c.attempts, c.final,
    a.code as account_code, a.name as account, r.name as trunk, k.name as carrier, d.name as destination,
    nullif(c.country_id, 0) as country_number, s.name as source,
    c.did, c.extension,
    (array['none', 'answered', 'no-answer', 'busy', 'failed', 'congestion', 'cancel'])[c.disposition + 1] as disposition,
    p.name as department,
    (select array_agg(g.tag order by g.tag) from public.call_tag g where g.call_key = c.call_key and g.opened_at = c.opened_at) as tags
  from public.bi_user u join public.tenant t using (tenant_id)
  join public.call c on c.tenant_id = u.tenant_id
  left join public.account a on a.account_id = c.account_id
  left join public.trunk r on r.trunk_id = c.trunk_id
  left join public.carrier k on k.carrier_id = c.carrier_id
  left join public.destination d on d.destination_id = c.destination_id
  left join public.source s on s.source_id = c.source_id
  left join public.department p on p.department_id = coalesce(
    (select m.department_id from public.department_member m
      where m.tenant_id = c.tenant_id and m.kind = 1 and m.value = c.extension and c.extension <> ''),
    (select m.department_id from public.department_member m
      where m.tenant_id = c.tenant_id and m.kind = 2 and m.value = a.code))
  where u.role_name = session_user;
comment on column bi.calls.did is 'Number of ours that was called from outside; empty = none.';
comment on column bi.calls.extension is 'Telephone of ours that called, else the one that answered; empty = none.';
comment on column bi.calls.disposition is 'As the CDR that decides says it: answered, no-answer, busy, failed, congestion, cancel or none.';
comment on column bi.calls.department is 'Department of the extension, else of the account; null = none.';
comment on column bi.calls.tags is 'Words people put on the call; null = none.';

create view bi.trunk_channels with (security_barrier) as
  select z.call_key, z.opened_at, z.line, r.name as trunk, k.name as carrier, s.name as source,
    case when z.outward then 'out' else 'in' end as way, z.seized_at, z.answered_at, z.released_at, z.cause
  from public.bi_user u join public.trunk_seizure z on z.tenant_id = u.tenant_id
  left join public.trunk r on r.trunk_id = z.trunk_id
  left join public.carrier k on k.carrier_id = z.carrier_id
  left join public.source s on s.source_id = z.source_id
  where u.role_name = session_user;
comment on view bi.trunk_channels is 'Channels on trunks, from seizure to release: a call that tries three carriers has three. Bound opened_at.';
comment on column bi.trunk_channels.call_key is 'The call.';
comment on column bi.trunk_channels.opened_at is 'As of the call.';
comment on column bi.trunk_channels.line is 'In the order of seizure, from 1.';
comment on column bi.trunk_channels.trunk is 'Trunk; null = one without a name here.';
comment on column bi.trunk_channels.carrier is 'Carrier of that trunk.';
comment on column bi.trunk_channels.source is 'PBX it came from.';
comment on column bi.trunk_channels.way is 'out = from us to the carrier, in = from it to us.';
comment on column bi.trunk_channels.seized_at is 'The channel was taken.';
comment on column bi.trunk_channels.answered_at is 'It was answered; null = it was not.';
comment on column bi.trunk_channels.released_at is 'It was free again.';
comment on column bi.trunk_channels.cause is 'Q.850; 0 = unknown.';

-- Roles made before may ask the new view too.
do $$ begin
  if exists (select from pg_roles where rolname = 'tollbook_bi') then
    grant select on bi.trunk_channels to tollbook_bi;
  end if;
exception when insufficient_privilege then
  raise notice 'not granted to tollbook_bi: run tollbook bi-user again';
end $$;
