-- What figures ask of a call beyond its price: by which number it came in, whose telephone it was, who it rang in vain, and
-- each trunk channel it took.

drop index call_did;
alter table call
  drop column did_id,
  add column did text not null default '',             -- the number of ours that was called from outside
  add column extension text not null default '',       -- our telephone that called, else the one that answered: "204"
  add column disposition smallint not null default 0,  -- of the leg that decides: as in leg; 0 = its legs do not tell
  add column rung text[],                              -- our telephones that rang and did not take it, sorted; null = none
  add column seized smallint not null default 0;       -- trunk channels: 0 none; one, as long as the call and on its trunk: 1 inward, 2 outward; 3 = see seizure
create index call_did on call (did, call_key) where did <> '';

-- One channel on a trunk, from seizure to release: what occupies a line, also when nobody answers. A call that tries three
-- carriers has three. Only of calls with `seized` = 3: most calls are one channel, and their row says all. Ask trunk_seizure.
create table seizure (
  call_key uuid not null,
  opened_at timestamptz not null,
  line smallint not null,                              -- in order of seizure, from 1
  tenant_id int not null,
  source_id smallint not null,
  trunk_id int not null,                               -- 0 = a trunk by rule that has no name under Trunks
  carrier_id int not null,
  outward boolean not null,                            -- from us to the carrier
  seized_at timestamptz not null,
  answered_at timestamptz,
  released_at timestamptz not null,
  cause smallint not null,                             -- Q.850; 0 = unknown
  peer text not null,
  primary key (call_key, line, opened_at)
) partition by range (opened_at);
create index seizure_opened on seizure using brin (opened_at) with (pages_per_range = 32, autosummarize = on);
comment on table seizure is 'distribute by call_key; partition by opened_at';

create view trunk_seizure as
  select call_key, opened_at, line, tenant_id, source_id, trunk_id, carrier_id, outward, seized_at, answered_at, released_at, cause
  from seizure
  union all
  select call_key, opened_at, 1::smallint, tenant_id, source_id, trunk_id, carrier_id, seized = 2, started_at, answered_at, ended_at,
    hangup_cause
  from call where seized between 1 and 2;

-- Groups of extensions and accounts. An extension or account belongs to one department at most, so that totals close.
create table department (
  department_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  name text not null check (name <> ''),
  unique (tenant_id, name)
);
comment on table department is 'reference';

create table department_member (
  tenant_id int not null references tenant on delete cascade,
  kind smallint not null check (kind in (1, 2)),       -- 1 extension, 2 account code
  value text not null,
  department_id int not null references department on delete cascade,
  primary key (tenant_id, kind, value)
);
comment on table department_member is 'reference';

-- Words people put on calls.
create table call_tag (
  call_key uuid not null,
  opened_at timestamptz not null,
  tag text not null check (tag <> ''),
  tenant_id int not null,
  tagged_by text not null,
  tagged_at timestamptz not null,
  primary key (call_key, tag, opened_at)
);
create index call_tag_tag on call_tag (tenant_id, tag, opened_at);
comment on table call_tag is 'distribute by call_key';

-- Calls of before are stitched again in the background, which fills the new columns.
insert into restitch (restitch_id, tenant_id, source_id, cause, state, created_by, created_at, beat_at)
  select gen_random_uuid(), tenant_id, 0, 'asked', 'queued', 'update', now(), now()
  from tenant t where exists (select from call c where c.tenant_id = t.tenant_id);
