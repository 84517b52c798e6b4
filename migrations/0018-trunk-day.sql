-- Load of trunks by days that are over, so that a year is read from some thousands of rows: made of trunk_quarter, which goes on
-- answering for what has no row here. A day of a zone is known when it has a row of scope 0; what has none then took nothing.

create table trunk_day (
  tenant_id int not null,
  scope smallint not null,                           -- 0 all together, 1 a trunk, 2 a source
  scope_id int not null,
  from_at timestamptz not null,                      -- first instant of the day
  zone text not null,                                -- whose day it is; the tenant's, but for what was made before it was changed
  to_at timestamptz not null,                        -- first instant of the next day
  starts int not null,
  congested int not null,
  cps int not null,
  peak int not null,
  peak_us bigint not null,                           -- µs from `from_at` to the first instant of the peak
  talk_peak int not null,
  taken_us bigint not null,
  talk_us bigint not null,
  low int not null,                                  -- level that the first element of `held` and of `met` is about
  held bigint[] not null,                            -- µs with at least so many taken, from `low` up; only of trunks
  met int[] not null,                                -- seizures that found at least so many taken; only of trunks
  busy smallint not null,                            -- place of the hour that carried most, the first of equals; from 0
  hour_us bigint[] not null,                         -- taken time of each hour on the wall
  hour_starts int[] not null,
  hour_peak int[] not null,
  primary key (tenant_id, scope, scope_id, from_at, zone)
);
comment on table trunk_day is 'distribute by tenant_id';

-- Once, of what is there. Days that this says differently than the program would, where the clock changes by half an hour or at
-- midnight, are left out. Comparing all with all is never right here, whatever the planner knows.
set local enable_nestloop = off;
with day as (
  select * from (
    select tenant_id, zone, date, date::timestamp at time zone zone as from_at, (date + 1)::timestamp at time zone zone as to_at
    from (select tenant_id, min(quarter) as first, max(quarter) as last from trunk_quarter where scope = 0 group by 1) q
    join tenant using (tenant_id) join pg_timezone_names z on z.name = zone,
      lateral (select date::date from generate_series((first at time zone zone)::date, (last at time zone zone)::date, interval '1 day') date) d
  ) d
  where to_at <= now() and extract(epoch from to_at - from_at) % 3600 = 0 and extract(epoch from from_at) % 900 = 0
    and (from_at at time zone zone)::time = '00:00' and ((from_at - interval '1 hour') at time zone zone)::date < date
    and ((to_at - interval '1 hour') at time zone zone)::date = date
), quarter as materialized (
  select tenant_id, date, scope, scope_id, floor(extract(epoch from quarter - from_at) / 3600)::int as place,
    (extract(epoch from quarter - from_at) * 1000000)::bigint + peak_us as peak_us,
    starts, congested, cps, peak, talk_peak, taken_us, talk_us, low, held, met
  from (select q.*, (quarter at time zone zone)::date as date from trunk_quarter q join tenant using (tenant_id) offset 0) q
  join day d using (tenant_id, date)
), sums as (
  select tenant_id, date, scope, scope_id, sum(starts) as starts, sum(congested) as congested, max(cps) as cps,
    max(array[peak, -peak_us]) as peak, max(talk_peak) as talk_peak, sum(taken_us) as taken_us, sum(talk_us) as talk_us,
    min(low) as low, max(low + greatest(cardinality(held), cardinality(met))) - 1 as high
  from quarter group by 1, 2, 3, 4
), hour as (
  select tenant_id, date, scope, scope_id, place, sum(taken_us) as us, sum(starts) as starts, max(peak) as peak
  from quarter group by 1, 2, 3, 4, 5
), hours as (
  select tenant_id, date, scope, scope_id, array_agg(coalesce(us, 0) order by place)::bigint[] as us,
    array_agg(coalesce(h.starts, 0) order by place)::int[] as starts, array_agg(coalesce(h.peak, 0) order by place) as peak
  from (select s.*, place from sums s join day d using (tenant_id, date),
      generate_series(0, (extract(epoch from to_at - from_at) / 3600)::int - 1) as place) s
  left join hour h using (tenant_id, date, scope, scope_id, place) group by 1, 2, 3, 4
), level as (
  select tenant_id, date, scope_id, low + n - 1 as level, sum(h) as held, sum(m) as met
  from quarter, unnest(held, met) with ordinality as u (h, m, n) where scope = 1 group by 1, 2, 3, 4
), levels as (
  select tenant_id, date, scope, scope_id, array_agg(held order by level)::bigint[] as held, array_agg(met order by level)::int[] as met
  from (
    select s.tenant_id, date, s.scope, scope_id, level,
      sum(coalesce(l.held, 0)) over up as held, sum(coalesce(l.met, 0)) over up as met
    from (select *, generate_series(low, high) as level from sums where scope = 1) s
    left join level l using (tenant_id, date, scope_id, level)
    window up as (partition by s.tenant_id, date, scope_id order by level desc)
  ) l group by 1, 2, 3, 4
)
insert into trunk_day
select tenant_id, scope, scope_id, from_at, zone, to_at, s.starts, congested, cps, s.peak[1], -s.peak[2], talk_peak, taken_us, talk_us, low,
  coalesce(held, '{}'), coalesce(met, '{}'), array_position(h.us, (select max(u) from unnest(h.us) u)) - 1, h.us, h.starts, h.peak
from sums s join day using (tenant_id, date) join hours h using (tenant_id, date, scope, scope_id)
left join levels using (tenant_id, date, scope, scope_id);
