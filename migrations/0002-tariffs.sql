-- Tariffs in depth: rates with windows, tiers, fees and patterns; versions that begin at a moment; plans; packages;
-- rerating. As in 0001, each table's comment says how it lives on one machine and on many.

-- Number plan: what is taken off a dialled number before anything else (a digit for an outside line, a routing code).
alter table tenant add column strip_prefixes text[] not null default '{}';
-- What an account is sold; 0 = none: its own deck, else the tenant's.
alter table tenant add column plan_id int not null default 0;
alter table account add column plan_id int not null default 0;

-- decks ----------------------------------------------------------------------------------------------------------

alter table rate_deck
  add column mode text not null default 'plain' check (mode in ('plain', 'a2billing')),
  add column quirks jsonb not null default '{}',     -- { "quirk-name": false }: those of an a2billing deck that are off
  add column window_choice text not null default 'start' check (window_choice in ('start', 'split')),
  add column changed_at timestamptz not null default '1970-01-01Z'; -- moves with every change of what the deck charges

-- A version is written once and never changed but in state; of the active ones that have begun the one
-- that took over last is in force: at effective_from or activated_at, whichever is later.
alter table deck_version
  add column state text not null default 'active' check (state in ('draft', 'active', 'withdrawn')),
  add column effective_from timestamptz not null default '1970-01-01Z',
  add column activated_at timestamptz,
  add column rates_of int,                           -- the version whose rates these are; null = its own
  add column origin text not null default 'import' check (origin in ('import', 'edit', 'rollback')),
  add column windows jsonb not null default '[]',    -- named time windows, see rating's time-window.ts
  add column holidays text[] not null default '{}',  -- YYYY-MM-DD, or MM-DD for every year
  add column layout jsonb,                           -- how the sheet was read
  add column problems jsonb not null default '[]',   -- rows left out: [{ line, message, raw }]
  add column problem_count int not null default 0,
  add column note text not null default '',
  add column created_by text not null default '';
update deck_version set activated_at = created_at;

alter table rate
  add column match smallint not null default 1 check (match in (1, 2, 3)), -- 1 digits, 2 Asterisk pattern, 3 default
  add column window_id smallint not null default 0 check (window_id between 0 and 30), -- 0 = always
  add column valid_to timestamptz,                   -- exclusive; null = open
  add column disconnect_fee numeric(20,10) not null default 0,
  add column disconnect_after_s int not null default 0,
  add column anchor text not null default 'first-block' check (anchor in ('first-block', 'zero')),
  add column minimum_charge numeric(20,10) not null default 0,
  add column maximum_charge numeric(20,10),
  add column after_maximum text not null default 'free' check (after_maximum in ('free', 'stop')),
  add column grace_s int not null default 0,
  add column tiers jsonb,                            -- [{ "seconds", "pricePerMinute", "entryFee", "incrementS" }], decimals as text
  add column extras jsonb,                           -- what only an a2billing deck has, see rating's rate.ts
  alter column connect_fee type numeric(20,10);
update rate set match = 3 where prefix = '';
alter table rate
  drop constraint rate_pkey,
  drop constraint rate_price_per_minute_check,
  drop constraint rate_connect_fee_check,
  drop constraint rate_increment_s_check,
  add constraint rate_increment_s_check check (increment_s >= 0),
  add constraint rate_match_prefix check ((match = 3) = (prefix = '') and (match = 2) = starts_with(prefix, '_')),
  add primary key (deck_id, version, prefix, window_id, effective_from);

-- plans: what an account is sold ------------------------------------------------------------------------------------

create table tariff_plan (
  plan_id int primary key,
  tenant_id int not null references tenant on delete cascade,
  name text not null,
  choice text not null default 'order' check (choice in ('order', 'longest', 'lcr', 'lcd')),
  expected_s int not null default 180 check (expected_s > 0), -- the call by which lcr and lcd compare
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (tenant_id, name)
);
comment on table tariff_plan is 'reference';

create table plan_deck (
  plan_id int not null references tariff_plan on delete cascade,
  position smallint not null,
  deck_id int not null references rate_deck on delete cascade,
  markup_kind text not null default 'none' check (markup_kind in ('none', 'markup', 'margin')),
  markup_percent numeric(9,4) not null default 0,
  markup_per_minute numeric(20,10) not null default 0,
  markup_per_call numeric(20,10) not null default 0,
  price_places smallint not null default 6 check (price_places between 0 and 10),
  primary key (plan_id, position)
);
comment on table plan_deck is 'reference';

create table plan_block (
  plan_id int not null references tariff_plan on delete cascade,
  prefix text not null,                              -- digits or an Asterisk pattern
  note text not null default '',
  primary key (plan_id, prefix)
);
comment on table plan_block is 'reference';

create table plan_package (
  package_id int primary key,
  plan_id int not null references tariff_plan on delete cascade,
  position smallint not null,                        -- the first that has something left is used first
  name text not null,
  kind text not null check (kind in ('seconds', 'calls', 'unlimited')),
  amount int not null default 0 check (amount >= 0), -- seconds or calls a period
  period text not null default 'month' check (period in ('day', 'week', 'month')),
  start_day smallint not null default 1 check (start_day between 1 and 31), -- of the month, or ISO weekday
  prefixes text[] not null default '{}',             -- digits or patterns; empty = every number
  valid_from timestamptz not null default '1970-01-01Z',
  valid_to timestamptz,
  unique (plan_id, position)
);
comment on table plan_package is 'reference';

-- charging ---------------------------------------------------------------------------------------------------------

alter table charge
  add column free_s int not null default 0,          -- seconds a package gave; negative in a reversal
  add column package_id int not null default 0,
  add column package_from date,                      -- first day of the package's period; null without one
  add column plan_id int not null default 0;

-- What of a package is used in a period: the sum over charges, kept so that it can be locked and read at once.
create table package_use (
  account_id int not null,
  package_id int not null,
  period_start date not null,
  tenant_id int not null,
  used_s bigint not null default 0,
  used_calls int not null default 0,
  primary key (account_id, package_id, period_start)
);
comment on table package_use is 'distribute by account_id';

alter table call_unrated
  drop constraint call_unrated_reason_check,
  add constraint call_unrated_reason_check check (reason between 1 and 7);
  -- 1 no account code, 2 no deck, 3 no rate, 4 not a number, 5 blocked, 6 expired, 7 ambiguous

-- A revaluation prices calls of a span anew beside what they cost now: to see what a draft would change (impact), or to
-- charge them anew (rerate). It goes through the calls by key and may be cut off at any time.
create table revaluation (
  revaluation_id uuid primary key,
  tenant_id int not null references tenant on delete cascade,
  kind text not null check (kind in ('impact', 'rerate')),
  state text not null check (state in ('counting', 'ready', 'applying', 'done', 'cancelled', 'failed')),
  scope jsonb not null,                              -- { from, to, accountId?, deckId?, version?, reasons?, zone }
  reason text not null default '',
  created_by text not null default '',
  created_at timestamptz not null,
  beat_at timestamptz,
  finished_at timestamptz,
  after_keys uuid[] not null default '{}',           -- the last call that was looked at, per lane
  calls_total int not null default 0,
  calls_seen int not null default 0,
  calls_changed int not null default 0,
  calls_invoiced int not null default 0,             -- of those changed: on an invoice, and left alone
  error text not null default ''
);
create index revaluation_recent on revaluation (tenant_id, created_at desc);
comment on table revaluation is 'local';

-- One row of its answer: per account, per rate, whatever is grouped by.
create table revaluation_line (
  revaluation_id uuid not null references revaluation on delete cascade,
  part text not null,                                -- 'account', 'rate', 'reason'
  key text not null,
  currency smallint not null,
  calls int not null,
  seconds bigint not null,
  old_amount numeric(18,6) not null,
  new_amount numeric(18,6) not null,
  newly_rated int not null default 0,
  no_longer_rated int not null default 0,
  primary key (revaluation_id, part, key, currency)
);
comment on table revaluation_line is 'local';

-- What would have been charged differently but stands on an invoice: for a person to make a credit note of, or not.
create table credit_proposal (
  account_id int not null,
  call_key uuid not null,
  opened_at timestamptz not null,
  revaluation_id uuid not null,
  tenant_id int not null,
  invoice_id uuid not null,
  currency smallint not null,
  charged numeric(18,6) not null,
  would_be numeric(18,6) not null,
  proposed_at timestamptz not null,
  state text not null default 'open' check (state in ('open', 'dismissed')),
  primary key (account_id, call_key)
);
comment on table credit_proposal is 'distribute by account_id';
