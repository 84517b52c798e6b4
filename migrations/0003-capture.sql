-- Capture without loss: how a PBX is reached, where each feed of it stands, what is missing, what was seen by whom; calls
-- told from CEL and queue events too. As in 0001, each table's comment says how it lives on one machine and on many.

-- sources and their feeds ------------------------------------------------------------------------------------------

alter table ami_connection
  add column transport text not null default 'tcp' check (transport in ('tcp', 'tls', 'http', 'https')),
  add column auth text not null default 'auto' check (auth in ('auto', 'md5', 'plain')),
  add column ca_pem text not null default '',        -- '' = the certificate authorities of this machine
  add column server_name text not null default '',   -- name the certificate must bear; '' = the host
  add column http_path text not null default '';     -- prefix of http.conf: "/asterisk"

alter table source_state
  add column booted_at timestamptz,                  -- when Asterisk started, by its Uptime
  add column clock_offset_ms int,                    -- its clock less ours; null = it sends no Timestamp
  add column waiting_bytes bigint not null default 0,  -- in the spool, not yet in the database
  add column waiting_since timestamptz,
  add column observed jsonb not null default '{}';   -- what advice is drawn from

-- How far the spool of a live source was stored. Moves in the transaction that stores the records.
create table spool_position (
  source_id smallint primary key references source on delete cascade,
  position jsonb not null,                           -- which spool, which of its bytes are not stored, evidence of the zone
  changed_at timestamptz not null
);
comment on table spool_position is 'local';

-- A record store of a source that is followed: a file it writes, or a table of its own database.
create table feed (
  feed_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  source_id smallint not null references source on delete cascade,
  kind text not null check (kind in ('file', 'table')),
  name text not null,                                -- the path, or "asteriskcdrdb.cdr"
  settings jsonb not null,                           -- file: { path, content }; table: { engine, host, port, database, user, table, ... }
  secret_sealed bytea,
  zone text not null default 'auto',                 -- of this feed: usegmtime makes it another than the source's
  enabled boolean not null default true,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (source_id, kind, name)
);
comment on table feed is 'local';

-- How far a feed was read. Moves in the transaction that stores the rows.
create table feed_checkpoint (
  feed_id int primary key references feed on delete cascade,
  position jsonb not null,
  changed_at timestamptz not null
);
comment on table feed_checkpoint is 'local';

create table feed_state (
  feed_id int primary key references feed on delete cascade,
  state text not null check (state in ('starting', 'live', 'waiting', 'refused', 'stopped')),
  detail text not null default '',
  zone_detected text not null default '',
  read bigint not null default 0,
  behind_bytes bigint not null default 0,
  caught_up_at timestamptz,                          -- last moment at which nothing was left to read
  changed_at timestamptz not null,
  seen_at timestamptz not null
);
comment on table feed_state is 'local';

-- Time in which live events of a source may have been missed. Closed by a record store that covers all of it.
create table capture_gap (
  source_id smallint not null,
  gap_key uuid not null,                             -- time first, then a digest of (source, way, from_at)
  tenant_id int not null,
  from_at timestamptz not null,
  until_at timestamptz,                              -- null = still going on
  cause text not null check (cause in ('disconnected', 'restarted', 'not-running', 'spool-full', 'suspect', 'session-expired')),
  detail text not null default '',
  closed_at timestamptz,
  closed_by text not null default '',                -- name of the import or feed
  primary key (source_id, gap_key)
);
create index capture_gap_open on capture_gap (tenant_id, from_at) where closed_at is null;
comment on table capture_gap is 'local';

-- From when to when a record store told everything, by the end of its rows.
create table record_coverage (
  source_id smallint not null,
  told_by text not null,                             -- "feed 3", "import 018f…"
  from_at timestamptz not null,
  until_at timestamptz not null,
  primary key (source_id, told_by, from_at)
);
comment on table record_coverage is 'local';

-- What came in, hour by hour of the records' own end. way: 1 live (AMI), 2 file, 3 table, 4 push.
create table source_hour (
  source_id smallint not null,
  hour timestamptz not null,
  way smallint not null check (way between 1 and 4),
  received int not null,
  inserted int not null,
  matched int not null,                              -- legs known from another way: the same call, counted once
  duplicates int not null,                           -- legs known from this way already
  late int not null,                                 -- stored more than an hour after they ended
  primary key (source_id, hour, way)
);
comment on table source_hour is 'local';

-- Who may push CDRs of one source and do nothing else. The holder keeps the token, we keep its SHA-256.
create table push_token (
  token_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  source_id smallint not null references source on delete cascade,
  name text not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz                                -- written once in ten minutes at most
);
comment on table push_token is 'local';

-- provenance -------------------------------------------------------------------------------------------------------

alter table batch
  add column way smallint not null default 2 check (way between 1 and 4),
  add column told_by text not null default '',       -- "ami", "feed 3", "import 018f…", "push"
  add column zone text not null default '';          -- in which its local times were read: what a change of zone starts from

alter table leg
  add column seen_in smallint not null default 2,    -- bits by way: 1 AMI, 2 file, 4 table, 8 push; what was there counts as of files
  add column origins jsonb;                          -- { field: way } where a value is another way's than the first's
alter table cel
  add column seen_in smallint not null default 1,    -- AMI was the only way before
  add column arrival bigint not null default 0;      -- order within a second, where the time has no fraction
alter table import
  add column matched int not null default 0,         -- of the duplicates: known from another way
  add column cel int not null default 0,
  add column queue_events int not null default 0,
  add column columns text not null default '';       -- a mapping of somebody's own, by which the file is read

-- Legs without a sequence get the key by which every way knows them (rowIdentity in packages/calls/src/leg-key.ts): answer
-- and end, which the oldest tables lack, are no part of it any more. Equal rows of a channel are numbered as they are.
update leg l set leg_key = k.new_key
from (
  select call_key, leg_key, opened_at,
    ('x' || encode(substring(sha256(convert_to(
      identity || '|' || row_number() over (partition by call_key, identity order by leg_key) - 1, 'UTF8')) for 8), 'hex')
    )::bit(64)::bigint as new_key
  from (
    select call_key, leg_key, opened_at, concat_ws('|', uniqueid,
      ((floor(extract(epoch from started_at))::bigint - epoch) % 900 + 900) % 900 * 1000, duration_s, billsec,
      regexp_replace(left(coalesce(dst, ''), 79), '[^\x01-\x7f]', '', 'g'),
      regexp_replace(left(coalesce(dstchannel, ''), 79), '[^\x01-\x7f]', '', 'g'),
      regexp_replace(left(coalesce(lastapp, ''), 79), '[^\x01-\x7f]', '', 'g'), disposition) as identity
    from leg, lateral (select coalesce(
      (select s from (select (regexp_match(uniqueid, '^(?:.*-)?(\d{9,10})\.\d+$'))[1]::bigint as s) e
       where s >= 946684800 and s < 4102444800), 0) as epoch) x
    where sequence is null and uniqueid <> '') i) k
where l.call_key = k.call_key and l.leg_key = k.leg_key and l.opened_at = k.opened_at;

-- Of which call a channel was part, where some way of its source tells no linkedid (AMI without the mapping, cdr_custom, old
-- tables): its legs belong to the call that another way knows. Kept only for such sources; their row ('', '') says so.
create table channel_alias (
  source_id smallint not null,
  uniqueid text not null,
  linkedid text not null,                            -- never the uniqueid itself; a channel may have been part of several calls
  primary key (source_id, uniqueid, linkedid)
);
comment on table channel_alias is 'distribute by source_id';

-- Calls of two linkedids that are one: a telephone that transferred by dialling a second call. What is known of the one is
-- told with the other; the call row of the other names it in also_keys.
create table call_join (
  source_id smallint not null,
  linkedid text not null,                            -- what turned out to be a part
  into_linkedid text not null,
  primary key (source_id, linkedid, into_linkedid)
);
comment on table call_join is 'distribute by source_id';

-- Queue events, from queue_log or AMI, in the words of queue_log. Keyed by the caller's channel, which is not always the
-- one that gave the call its linkedid: a call looks for those of all its channels.
create table queue_event (
  call_key uuid not null,                            -- as of a call whose linkedid is callid
  opened_at timestamptz not null,
  event_key bigint not null,                         -- hash of (callid, event, queue, agent) and the how-manieth it is
  happened_at timestamptz not null,
  received_at timestamptz not null,
  batch_id uuid not null,
  tenant_id int not null,
  source_id smallint not null,
  seen_in smallint not null default 0,
  event text not null,
  callid text not null,
  queue text not null,
  agent text not null,
  data text[] not null,
  primary key (call_key, event_key, opened_at)
) partition by range (opened_at);
comment on table queue_event is 'distribute by call_key; partition by opened_at';

-- calls ------------------------------------------------------------------------------------------------------------

alter table call
  -- 0 unknown, 1 answered by a person, 2 by a program only, 3 abandoned in a queue, 4 queue timed out, 5 busy, 6 no answer,
  -- 7 congestion, 8 cancelled by the caller, 9 failed, 10 voicemail, 11 closed hours
  add column ending smallint not null default 0 check (ending between 0 and 11),
  add column path text[],                            -- ivr, queue:support, group, voicemail, transfer:blind, park, ...
  add column released boolean not null default false;  -- longer than a call should be, and looked at: charge it all the same

-- Calls of which more may come: those of the last minutes, and what nobody has finalised yet.
create index call_open on call (source_id, call_key) where not final;

-- Charged parts of a call after its first: what a transfer, a forward or a conference added. Most calls have none.
create table call_segment (
  call_key uuid not null,
  opened_at timestamptz not null,
  segment smallint not null check (segment >= 2),    -- the first is the call row itself
  tenant_id int not null,
  answered_at timestamptz not null,
  bill_s int not null,
  account_id int not null,
  trunk_id int not null,
  carrier_id int not null,
  destination_id int not null,
  country_id smallint not null,
  to_number text not null,
  exit_peer text not null,
  accountcode text,
  primary key (call_key, segment, opened_at)
) partition by range (opened_at);
comment on table call_segment is 'distribute by call_key; partition by opened_at';

-- Why a stored call became another: late legs, other rules, another zone.
create table call_change (
  call_key uuid not null,
  opened_at timestamptz not null,
  revision smallint not null,
  tenant_id int not null,
  changed_at timestamptz not null,
  batch_id uuid not null,
  cause text not null check (cause in ('late-rows', 'events', 'rules', 'zone', 'merged')),
  before jsonb not null,                             -- the fields that changed
  after jsonb not null,
  primary key (call_key, revision, opened_at)
) partition by range (opened_at);
comment on table call_change is 'distribute by call_key; partition by opened_at';

-- Who is a person, a hop, a program, a trunk: rules of a tenant (source 0) or of one of its sources.
create table call_rules (
  tenant_id int not null references tenant on delete cascade,
  source_id smallint not null,                       -- 0 = all sources of the tenant
  rules jsonb not null,                              -- JSON null = none of its own: those of the tenant, else the default ones
  revision int not null,
  applied_revision int not null default 0,           -- behind revision: the stored calls are being stitched again
  changed_at timestamptz not null,
  primary key (tenant_id, source_id)
);
comment on table call_rules is 'reference';

-- Stored calls of a span are stitched and attributed again, in the order of their keys; may be cut off at any time.
create table restitch (
  restitch_id uuid primary key,
  tenant_id int not null references tenant on delete cascade,
  source_id smallint not null,                       -- 0 = all sources of the tenant
  cause text not null check (cause in ('rules', 'zone', 'asked')),
  state text not null check (state in ('queued', 'running', 'done', 'cancelled')),
  from_at timestamptz,                               -- on opened_at; null = without bound
  until_at timestamptz,
  after_key uuid,                                    -- the last call that was done
  revision int not null default 0,                   -- of the rules it applies; 0 = it applies none
  calls_total int,                                   -- null = not counted yet
  calls_seen int not null default 0,
  calls_changed int not null default 0,
  calls_invoiced int not null default 0,             -- cost something else by now but stand on an invoice: only proposed
  created_by text not null default '',
  created_at timestamptz not null,
  beat_at timestamptz not null
);
create index restitch_open on restitch (created_at) where state in ('queued', 'running');
comment on table restitch is 'reference';

alter table call_unrated
  drop constraint call_unrated_reason_check,
  add constraint call_unrated_reason_check check (reason between 1 and 8),  -- 8 held for review: longer than a call should be
  add column line smallint not null default 1;       -- the first part of the call that has no charge
