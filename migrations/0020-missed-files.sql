-- Missed callers by columns: a third file for each day of the copy, in which each missed call has beside it when its caller was
-- spoken with next. Made from files of that day and of the seven after it.

create table column_missed (
  tenant_id int not null references tenant on delete cascade,
  day date not null,
  generation uuid not null,                            -- part of the name of its file
  bases uuid[] not null,                               -- generations of that day and the seven after it; null = no file
  stale boolean not null,                              -- one of them was made anew since
  bytes bigint not null,
  sha256 bytea not null,
  primary key (tenant_id, day)
);
comment on table column_missed is 'local';
