-- The tables of Tollbook. Every table says in its comment how it lives on one machine and on many:
--   'reference'                                   small, copied to every node
--   'local'                                       small, stays on the coordinator
--   'distribute by X; partition by Y'             big: every primary and unique key holds X and Y; monthly partitions on Y
--   'distribute by X'                             big but not partitioned
-- No trigger, no sequence, no foreign key between big tables: invariants live in constraints and in the one writer.
-- "0" means none in id columns, so that dimensions can stand in keys.

create table counter (name text primary key, value int not null);
comment on table counter is 'local';

-- directory: who is who -----------------------------------------------------------------------------------------

create table tenant (
  tenant_id int primary key,
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null,
  zone text not null default 'UTC',
  currency smallint not null,                        -- ISO 4217 number
  is_sample boolean not null default false,
  country_code text not null default '',             -- calling code of the PBX, '' = leave national numbers alone
  international_prefixes text[] not null default '{00,011}',
  national_prefix text not null default '',
  sell_deck_id int not null default 0,               -- what an account is sold that has no deck of its own
  legal jsonb not null default '{}',                 -- { "address": [...], "taxId": "", "taxRate": "0.23", "iban": "" }
  created_at timestamptz not null
);
comment on table tenant is 'reference';

create table account (
  account_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  code text not null,                                -- the accountcode in the CDR
  name text not null,
  currency smallint not null,
  sell_deck_id int not null default 0,               -- 0 = the tenant's
  locale text not null default 'en',
  email text not null default '',
  address text not null default '',
  created_at timestamptz not null,
  unique (tenant_id, code)
);
comment on table account is 'reference';

create table carrier (
  carrier_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  name text not null,
  currency smallint not null,
  buy_deck_id int not null default 0,
  created_at timestamptz not null,
  unique (tenant_id, name)
);
comment on table carrier is 'reference';

create table trunk (
  trunk_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  name text not null,
  peer text not null,                                -- channel name without its suffix: "PJSIP/northlink"
  carrier_id int not null default 0,
  capacity int not null default 0,                   -- channels; 0 = unknown
  created_at timestamptz not null,
  unique (tenant_id, peer)
);
comment on table trunk is 'reference';

create table destination (
  destination_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  name text not null,
  country_id smallint not null default 0,            -- ISO 3166-1 number, 0 = unknown
  unique (tenant_id, name)
);
comment on table destination is 'reference';

create table source (
  source_id smallint primary key,
  tenant_id int not null references tenant on delete cascade,
  name text not null,
  zone text not null default 'auto',                 -- 'auto', 'UTC', '+03:00' or an IANA name; as set by a person
  zone_detected text not null default '',
  created_at timestamptz not null,
  unique (tenant_id, name)
);
comment on table source is 'reference';

-- Where a PBX is reached. The secret is sealed with the key in the data directory, never in clear.
create table ami_connection (
  source_id smallint primary key references source on delete cascade,
  host text not null,
  port int not null,
  username text not null,
  secret_sealed bytea not null,
  enabled boolean not null default true,
  changed_at timestamptz not null
);
comment on table ami_connection is 'local';

-- Written by ingest, one row a source: what the live connection is doing.
create table source_state (
  source_id smallint primary key references source on delete cascade,
  state text not null check (state in ('connecting', 'live', 'refused', 'reconnecting', 'stopped')),
  detail text not null default '',
  asterisk_version text not null default '',
  changed_at timestamptz not null,
  seen_at timestamptz not null,
  last_event_at timestamptz,
  legs bigint not null default 0,
  cel bigint not null default 0,
  rejected bigint not null default 0
);
comment on table source_state is 'local';

-- people ---------------------------------------------------------------------------------------------------------

create table app_user (
  user_id uuid primary key,
  email text not null unique,
  name text not null,
  password_hash text not null default '',            -- argon2id, '' = no password yet (one-time links only)
  is_admin boolean not null default false,           -- every tenant, every right
  locale text not null default 'en',
  created_at timestamptz not null
);
comment on table app_user is 'local';

create table membership (
  user_id uuid not null references app_user on delete cascade,
  tenant_id int not null references tenant on delete cascade,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  primary key (user_id, tenant_id)
);
comment on table membership is 'local';

create table session (
  session_hash bytea primary key,                    -- sha256 of the token
  user_id uuid not null references app_user on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  seen_at timestamptz not null
);
comment on table session is 'local';

create table login_link (
  link_hash bytea primary key,
  user_id uuid not null references app_user on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);
comment on table login_link is 'local';

-- calls: legs as they came, calls as they were ------------------------------------------------------------------

create table import (
  import_id uuid primary key,
  tenant_id int not null references tenant on delete cascade,
  source_id smallint not null,
  filename text not null,
  stored_path text not null default '',              -- where an upload waits for the worker; '' once done
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  format text not null default '',
  zone_asked text not null default 'auto',
  zone text not null default '',
  bytes_total bigint not null default 0,
  bytes_done bigint not null default 0,
  read int not null default 0,
  inserted int not null default 0,
  duplicates int not null default 0,
  rejected int not null default 0,
  calls int not null default 0,
  rated int not null default 0,
  unrated int not null default 0,
  error text not null default '',
  created_at timestamptz not null,
  started_at timestamptz,
  beat_at timestamptz,                               -- a running import whose beat stopped is taken up again
  finished_at timestamptz
);
create index import_recent on import (tenant_id, created_at desc);
comment on table import is 'local';

-- Rows that could not be read, kept whole. The key is the row itself: importing a file twice sets it aside once.
create table ingest_reject (
  source_id smallint not null,
  reject_key uuid not null,                          -- from sha256 of the raw bytes
  tenant_id int not null,
  import_id uuid,                                    -- null for live events
  line int not null default 0,
  reason text not null,
  raw bytea not null,
  zone text not null default '',
  format text not null default '',
  state text not null default 'open' check (state in ('open', 'recovered', 'dismissed')),
  rejected_at timestamptz not null,
  primary key (source_id, reject_key)
);
create index ingest_reject_open on ingest_reject (tenant_id, rejected_at desc) where state = 'open';
comment on table ingest_reject is 'distribute by source_id';

create table batch (
  batch_id uuid primary key,
  source_id smallint not null,
  received_at timestamptz not null,
  legs int not null
);
comment on table batch is 'local';

-- A leg is a CDR row as it came: text stays text, nothing is ever updated.
create table leg (
  call_key uuid not null,
  opened_at timestamptz not null,                    -- the epoch inside linkedid (else uniqueid); late legs cannot move it
  leg_key bigint not null,                           -- hash of (uniqueid, sequence), else of the row and its occurrence
  started_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz not null,
  received_at timestamptz not null,
  batch_id uuid not null,
  tenant_id int not null,
  duration_s int not null,
  billsec int not null,
  sequence int,
  batch_line int,
  source_id smallint not null,
  disposition smallint not null check (disposition between 0 and 6), -- 0 other, 1 ANSWERED, 2 NO ANSWER, 3 BUSY, 4 FAILED, 5 CONGESTION, 6 CANCEL
  amaflags smallint,
  uniqueid text not null,
  linkedid text not null,
  channel text not null,
  dstchannel text,
  src text,
  dst text,
  clid text,
  dcontext text,
  lastapp text,
  lastdata text,
  accountcode text,
  peeraccount text,
  userfield text,
  did text,
  recording text,
  extras jsonb,
  primary key (call_key, leg_key, opened_at)
) partition by range (opened_at);
comment on table leg is 'distribute by call_key; partition by opened_at';

create table cel (
  call_key uuid not null,
  opened_at timestamptz not null,
  event_key bigint not null,                         -- hash of the event and its occurrence
  happened_at timestamptz not null,
  received_at timestamptz not null,
  batch_id uuid not null,
  tenant_id int not null,
  source_id smallint not null,
  event text not null,
  uniqueid text not null,
  linkedid text not null,
  channel text not null,
  exten text,
  context text,
  app text,
  appdata text,
  cid_num text,
  cid_name text,
  peer text,
  accountcode text,
  userfield text,
  extra text,
  primary key (call_key, event_key, opened_at)
) partition by range (opened_at);
comment on table cel is 'distribute by call_key; partition by opened_at';

-- A call is the stitched conversation. Restitching replaces the row; rating never touches it.
create table call (
  call_key uuid not null,
  opened_at timestamptz not null,
  started_at timestamptz not null,
  answered_at timestamptz,                           -- first moment two parties talked; null = nobody answered
  ended_at timestamptz not null,
  stitched_at timestamptz not null,
  tenant_id int not null,
  account_id int not null,
  trunk_id int not null,                             -- the trunk it left by, else came in by
  carrier_id int not null,
  destination_id int not null,
  did_id int not null,
  talk_s int not null,                               -- union of the intervals in which two parties talked
  ring_s int not null,
  wait_s int not null,
  duration_s int not null,
  bill_s int not null,                               -- billsec of the leg that is charged; 0 = nothing to charge
  source_id smallint not null,
  direction smallint not null check (direction between 0 and 4), -- 0 unknown, 1 inbound, 2 outbound, 3 internal, 4 transit
  outcome smallint not null check (outcome between 1 and 5), -- 1 answered, 2 no answer, 3 busy, 4 failed, 5 answered by a program only (IVR, voicemail)
  hangup_cause smallint not null,                    -- Q.850, 0 = unknown
  country_id smallint not null,
  legs smallint not null,
  attempts smallint not null,
  revision smallint not null default 0,              -- counts restitches
  final boolean not null,
  from_number text not null,
  to_number text not null,
  from_name text,
  answered_by text,                                  -- peer that answered: "PJSIP/204"
  accountcode text,
  linkedid text not null,
  recording text,
  also_keys uuid[],
  primary key (call_key, opened_at)
) partition by range (opened_at);
create index call_opened on call using brin (opened_at) with (pages_per_range = 32, autosummarize = on);
create index call_account on call (account_id, call_key);
create index call_did on call (did_id, call_key) where did_id <> 0;
create index call_numbers on call using brin (
  (right(to_number, 8)) text_bloom_ops (n_distinct_per_range = 1600, false_positive_rate = 0.01),
  (right(from_number, 8)) text_bloom_ops (n_distinct_per_range = 1600, false_positive_rate = 0.01)
) with (pages_per_range = 32, autosummarize = on);
comment on table call is 'distribute by call_key; partition by opened_at';

-- tariffs --------------------------------------------------------------------------------------------------------

create table rate_deck (
  deck_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  name text not null,
  side smallint not null check (side in (1, 2)),     -- 1 sell, 2 buy
  currency smallint not null,
  zone text not null default 'UTC',
  rounding text not null default 'half-up' check (rounding in ('half-up', 'half-even', 'up', 'down')),
  places smallint not null default 4 check (places between 0 and 6),
  live_version int not null default 0,               -- 0 = nothing imported yet
  created_at timestamptz not null,
  unique (tenant_id, name)
);
comment on table rate_deck is 'reference';

-- A version is written once and never changed; the deck points at the one that is live.
create table deck_version (
  deck_id int not null references rate_deck on delete cascade,
  version int not null,
  rates int not null,
  filename text not null default '',
  created_at timestamptz not null,
  primary key (deck_id, version)
);
comment on table deck_version is 'reference';

create table rate (
  deck_id int not null,
  version int not null,
  prefix text not null,                              -- digits; '' = the default rate
  effective_from timestamptz not null,
  destination_id int not null,
  price_per_minute numeric(20,10) not null check (price_per_minute >= 0),
  connect_fee numeric(18,6) not null default 0 check (connect_fee >= 0),
  first_block_s int not null default 60 check (first_block_s >= 0),
  increment_s int not null default 60 check (increment_s >= 1),
  primary key (deck_id, version, prefix, effective_from),
  foreign key (deck_id, version) references deck_version on delete cascade
);
comment on table rate is 'reference';

-- charging -------------------------------------------------------------------------------------------------------

-- A charge is one priced line of a call. Never updated: a rerate appends the negative line and the new one, so
-- sum(amount) and sum(billed_s) over a call are always what it costs now.
create table charge (
  call_key uuid not null,
  opened_at timestamptz not null,
  side smallint not null check (side in (1, 2)),     -- 1 sell (party = account), 2 buy (party = carrier)
  line smallint not null,
  revision smallint not null,
  tenant_id int not null,
  party_id int not null,
  deck_id int not null,
  deck_version int not null,
  destination_id int not null,
  seconds int not null,                              -- what was talked; negative in a reversal
  billed_s int not null,                             -- what was charged after blocks; negative in a reversal
  currency smallint not null,
  amount numeric(18,6) not null,
  prefix text not null,
  booked_at timestamptz not null,
  primary key (call_key, side, line, revision, opened_at)
) partition by range (opened_at);
create index charge_opened on charge using brin (opened_at) with (pages_per_range = 32, autosummarize = on);
comment on table charge is 'distribute by call_key; partition by opened_at';

-- Billable calls that have no charge, with the reason. Deleted when they get one.
create table call_unrated (
  call_key uuid not null,
  opened_at timestamptz not null,
  tenant_id int not null,
  account_id int not null,
  reason smallint not null check (reason between 1 and 4), -- 1 no account code, 2 no deck, 3 no rate, 4 not a number
  primary key (call_key, opened_at)
);
comment on table call_unrated is 'distribute by call_key';

-- ledger ---------------------------------------------------------------------------------------------------------

-- One row = one debit, one credit, one positive amount, one key: an unbalanced posting cannot be written.
-- Ledger account ids: account receivable = account_id * 10 + 1; tenant revenue = -(tenant_id * 10 + 1).
create table ledger_entry (
  account_id int not null,
  effective_at timestamptz not null,                 -- when it happened (the call), never when it was written
  entry_key uuid not null,
  debit_id bigint not null,
  credit_id bigint not null check (credit_id <> debit_id),
  booked_at timestamptz not null,
  batch_id uuid not null,
  ref_key uuid not null,                             -- the document it comes from: the call key of a charge
  tenant_id int not null,
  kind smallint not null check (kind in (1, 2)),     -- 1 charge, 2 reversal of a charge
  currency smallint not null,
  amount numeric(18,6) not null check (amount > 0),
  primary key (account_id, entry_key, effective_at)
) partition by range (effective_at);
comment on table ledger_entry is 'distribute by account_id; partition by effective_at';

create table balance (
  account_id int not null,
  ledger_id bigint not null,
  tenant_id int not null,
  currency smallint not null,
  amount numeric(18,6) not null,                     -- debits less credits
  entries bigint not null,
  updated_at timestamptz not null,
  primary key (account_id, ledger_id)
) with (fillfactor = 50);
comment on table balance is 'distribute by account_id';

-- invoices -------------------------------------------------------------------------------------------------------

create table invoice_counter (tenant_id int primary key, last_number int not null);
comment on table invoice_counter is 'reference';

create table invoice (
  account_id int not null,
  invoice_id uuid not null,
  tenant_id int not null,
  number text not null,
  period_from timestamptz not null,
  period_to timestamptz not null,                    -- exclusive
  zone text not null,
  currency smallint not null,
  net numeric(18,6) not null,
  tax numeric(18,6) not null,
  total numeric(18,6) not null,
  issued_at timestamptz not null,
  due_on date not null,
  document jsonb not null,                           -- the frozen paper: parties, texts, lines as printed
  primary key (account_id, invoice_id),
  unique (account_id, number)
);
create index invoice_recent on invoice (tenant_id, issued_at desc);
comment on table invoice is 'distribute by account_id';

create table invoice_line (
  account_id int not null,
  invoice_id uuid not null,
  line smallint not null,
  destination_id int not null,
  description text not null,
  calls int not null,
  seconds bigint not null,
  billed_s bigint not null,
  amount numeric(18,6) not null,
  primary key (account_id, invoice_id, line)
);
comment on table invoice_line is 'distribute by account_id';

-- Which entry stands on which invoice: an entry is invoiced once, a late one falls to the next run by itself.
create table invoiced_entry (
  account_id int not null,
  effective_at timestamptz not null,
  entry_key uuid not null,
  invoice_id uuid not null,
  line smallint not null,
  primary key (account_id, entry_key, effective_at)
) partition by range (effective_at);
create index invoiced_entry_invoice on invoiced_entry (account_id, invoice_id);
comment on table invoiced_entry is 'distribute by account_id; partition by effective_at';

-- stats ----------------------------------------------------------------------------------------------------------

-- Append-only on purpose: by hour alone writers would wait for each other and a touch could be lost.
create table touched_hour (
  hour timestamptz not null,
  batch_id uuid not null,
  tenant_id int not null,
  primary key (tenant_id, hour, batch_id)
);
comment on table touched_hour is 'distribute by tenant_id';

-- Rollups hold only what adds up. 15 minutes suit every zone there is.
create table roll_traffic_quarter (
  tenant_id int not null,
  trunk_id int not null,
  quarter timestamptz not null,
  direction smallint not null,
  outcome smallint not null,
  hangup_cause smallint not null,
  calls int not null,
  legs int not null,
  attempts int not null,
  answered int not null,
  unrated int not null,
  talk_s bigint not null,
  ring_s bigint not null,
  wait_s bigint not null,
  duration_s bigint not null,
  billed_s bigint not null,
  revenue numeric(18,6) not null,
  cost numeric(18,6) not null,
  talk_hist int[] not null,                          -- answered calls by talk: <6 <15 <30 <60 <120 <300 <600 <1800 s, longer
  primary key (tenant_id, trunk_id, quarter, direction, outcome, hangup_cause)
) partition by range (quarter);
comment on table roll_traffic_quarter is 'distribute by tenant_id; partition by quarter';

create table roll_account_day (
  tenant_id int not null,
  account_id int not null,
  day date not null,                                 -- the tenant's local date
  direction smallint not null,
  country_id smallint not null,
  calls int not null,
  legs int not null,
  attempts int not null,
  answered int not null,
  unrated int not null,
  talk_s bigint not null,
  duration_s bigint not null,
  billed_s bigint not null,
  revenue numeric(18,6) not null,
  cost numeric(18,6) not null,
  primary key (tenant_id, account_id, day, direction, country_id)
) partition by range (day);
comment on table roll_account_day is 'distribute by tenant_id; partition by day';

create table roll_destination_day (
  tenant_id int not null,
  destination_id int not null,
  day date not null,
  carrier_id int not null,
  direction smallint not null,
  calls int not null,
  legs int not null,
  attempts int not null,
  answered int not null,
  unrated int not null,
  talk_s bigint not null,
  duration_s bigint not null,
  billed_s bigint not null,
  revenue numeric(18,6) not null,
  cost numeric(18,6) not null,
  primary key (tenant_id, destination_id, day, carrier_id, direction)
) partition by range (day);
comment on table roll_destination_day is 'distribute by tenant_id; partition by day';
