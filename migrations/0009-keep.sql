-- How long things are kept, who sees numbers, and numbers that were erased. As in 0001, each table's comment says how it
-- lives on one machine and on many.

-- numbers -----------------------------------------------------------------------------------------------------------

alter table tenant add column mask_numbers text not null default 'none'
  check (mask_numbers in ('none', 'viewers', 'all-but-admin'));

-- Numbers that were erased, as keyed digests: whatever comes in is looked up here, so that none of them comes back.
create table erased_number (
  tenant_id int not null references tenant on delete cascade,
  number_hash bytea not null,                        -- HMAC-SHA-256 of the digits in international form
  pseudonym text not null,                           -- what stands in its place everywhere
  erased_at timestamptz not null,
  primary key (tenant_id, number_hash)
);
comment on table erased_number is 'reference';

-- One key a tenant. Whoever has it and the digests can try numbers; exports, copies and views hold neither.
create table erasure_key (
  tenant_id int primary key references tenant on delete cascade,
  secret bytea not null
);
comment on table erasure_key is 'local';

-- Who had a number erased, and what that changed. The number itself is in no column.
create table erasure (
  erasure_id uuid primary key,
  tenant_id int not null references tenant on delete cascade,
  pseudonym text not null,
  asked_by text not null,
  rows jsonb not null,                               -- { "leg": 12, "call": 4, … }
  erased_at timestamptz not null
);
comment on table erasure is 'local';

-- retention ---------------------------------------------------------------------------------------------------------

-- The rule of this installation: one row or none. Months are kept whole.
create table retention (
  one_row boolean primary key check (one_row),
  keep_months int not null check (keep_months between 1 and 1200),
  changed_at timestamptz not null
);
comment on table retention is 'local';

-- Months whose rows of calls are no longer part of the tables; they lie in schema detached until somebody drops them.
create table detached_month (
  month text not null check (month ~ '^\d{4}-\d{2}$'),
  table_name text not null,
  row_count bigint not null,
  bytes bigint not null,
  detached_at timestamptz not null,
  dropped_at timestamptz,
  primary key (month, table_name)
);
comment on table detached_month is 'local';

create schema detached;
