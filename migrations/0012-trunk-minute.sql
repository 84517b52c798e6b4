-- How many channels were taken at once, of a trunk, of a source, and of all together. Made anew by the worker for the hours in
-- which calls changed; a limit is applied only on reading, so another capacity needs nothing made anew.

-- A row for each minute in which a channel was seized, answered or released, and for the first minute of each quarter of an
-- hour in which one was taken. It stands until the next row, at most until the quarter's end.
create table trunk_minute (
  tenant_id int not null,
  scope smallint not null,                           -- 0 all together, 1 a trunk
  scope_id int not null,                             -- trunk_id (0 = a trunk by rule without a name); 0 for all
  minute timestamptz not null,
  minutes smallint not null,                         -- that the row stands for
  carry int not null,                                -- taken when it began
  starts int not null,                               -- seizures
  ends int not null,                                 -- releases; carry + starts - ends is what the next row begins with
  congested int not null,                            -- seizures that ended with cause 34, 38, 42 or 44
  cps int not null,                                  -- most seizures within one second of the clock
  peak int not null,                                 -- ends come before starts of the same microsecond
  peak_us int not null,                              -- µs from `minute` to the first instant of the peak
  talk_peak int not null,                            -- answered and not yet released
  taken_us bigint not null,                          -- Σ time that channels were taken
  talk_us bigint not null,
  low int not null,                                  -- level that the first element of both arrays is about
  held int[] not null,                               -- µs at each level from `low` up; only of trunks
  met int[] not null,                                -- seizures that found so many taken; only of trunks
  primary key (tenant_id, scope, scope_id, minute)
) partition by range (minute);
comment on table trunk_minute is 'distribute by tenant_id; partition by minute';

-- The same by quarters of an hour, of which every hour of every zone is made.
create table trunk_quarter (
  tenant_id int not null,
  scope smallint not null,                           -- also 2: a source
  scope_id int not null,                             -- and source_id
  quarter timestamptz not null,
  starts int not null,
  congested int not null,
  cps int not null,
  peak int not null,
  peak_us int not null,
  talk_peak int not null,
  taken_us bigint not null,
  talk_us bigint not null,
  low int not null,
  held int[] not null,
  met int[] not null,
  primary key (tenant_id, scope, scope_id, quarter)
) partition by range (quarter);
comment on table trunk_quarter is 'distribute by tenant_id; partition by quarter';

-- From when to when the calls that opened in an hour took channels, as of when that hour was last made. A call that became
-- shorter must leave minutes that nothing else tells of any more.
create table trunk_reach (
  tenant_id int not null,
  hour timestamptz not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  primary key (tenant_id, hour)
);
comment on table trunk_reach is 'distribute by tenant_id';

insert into touched_hour (hour, batch_id, tenant_id)
select distinct date_trunc('hour', opened_at, 'UTC'), '00000000-0000-8000-8000-000000000012'::uuid, tenant_id from call
where opened_at >= coalesce((select to_date(max(month), 'YYYY-MM') + interval '1 month 2 days' from detached_month)
  at time zone 'UTC', '-infinity')
on conflict do nothing;
