-- A copy of calls by columns, in files (packages/stats/src/columns): which files hold good, and which hours they are behind in.
-- The files are a cache and nothing else: without them everything is answered from the tables.

-- One file of calls and one of trunk channels a UTC day. The database says which of the files in the folder counts.
create table column_day (
  tenant_id int not null references tenant on delete cascade,
  day date not null,
  generation uuid not null,                            -- part of the names of its files
  currency smallint not null,                          -- what amounts in it are in
  calls int not null,
  bytes bigint not null,                               -- of both files
  calls_sha256 bytea not null,
  seizures_sha256 bytea not null,
  built_at timestamptz not null,
  primary key (tenant_id, day)
);
comment on table column_day is 'local';

-- Hours in which a file is behind, or has none yet: told when the rollups have taken up their touches, in the same
-- transaction. Each telling is a row of its own and never changed, so that whoever copies takes away what he saw and no more.
create table column_hour (
  tenant_id int not null references tenant on delete cascade,
  hour timestamptz not null,
  mark uuid not null,
  primary key (tenant_id, hour, mark)
);
comment on table column_hour is 'local';

insert into column_hour (tenant_id, hour, mark)
select distinct tenant_id, date_trunc('hour', opened_at, 'UTC'), '00000000-0000-8000-8000-000000000013'::uuid from call;
