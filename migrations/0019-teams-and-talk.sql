-- Calls by extension and account together, from which departments are added up at the moment of asking, whoever belongs to them
-- then; and how long each extension talked.

create table roll_team_month (like roll_phone_month including all);
alter table roll_team_month drop constraint roll_team_month_pkey, add column account_id int not null;
alter table roll_team_month add primary key (tenant_id, day, extension, account_id);
create table roll_team_day (like roll_team_month including all) partition by range (day);
create table roll_team_hour (like roll_team_month including all);
alter table roll_team_hour drop column day, add column hour timestamptz not null;
alter table roll_team_hour add primary key (tenant_id, hour, extension, account_id);
comment on table roll_team_month is 'distribute by tenant_id';
comment on table roll_team_day is 'distribute by tenant_id; partition by day';
comment on table roll_team_hour is 'distribute by tenant_id';

-- Answered calls by their seconds of talk, ascending; place in one list = place in the other.
create table roll_talk_day (
  tenant_id int not null,
  day date not null,
  direction smallint not null,
  extension text not null,
  seconds int[] not null,
  calls int[] not null,
  primary key (tenant_id, day, direction, extension)
) partition by range (day);
comment on table roll_talk_day is 'distribute by tenant_id; partition by day';
create table roll_talk_hour (like roll_talk_day including all);
alter table roll_talk_hour drop column day, add column hour timestamptz not null;
alter table roll_talk_hour add primary key (tenant_id, hour, direction, extension);
comment on table roll_talk_hour is 'distribute by tenant_id';
-- `lengths`: the same as pairs of four bytes each, the first byte the highest. A year of them is read at once.
create table roll_talk_month (
  tenant_id int not null,
  day date not null,
  direction smallint not null,
  extension text not null,
  lengths bytea not null,
  primary key (tenant_id, day, direction, extension)
);
alter table roll_talk_month alter column lengths set storage main;
comment on table roll_talk_month is 'distribute by tenant_id';

-- Once, of the days that are rolled up, a month at a time; charges are added to their calls by extension and account, not one by
-- one. Comparing all with all is never right here, whatever the planner knows.
set local enable_nestloop = off;
set local work_mem = '64MB';
do $$
declare
  of record;
begin
  for of in select right(c.relname, 8) as month, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'roll_phone_day'::regclass
  loop
    execute format('create table roll_team_day%s partition of roll_team_day %s', of.month, of.bound);
    execute format('create table roll_talk_day%s partition of roll_talk_day %s', of.month, of.bound);
  end loop;
  for of in
    select tenant_id, currency, zone, day, days, day::timestamp at time zone zone as from_at,
      (day + interval '1 month') at time zone zone as to_at
    from (select tenant_id, date_trunc('month', day)::date as day, array_agg(distinct day) as days from roll_phone_day group by 1, 2) d
    join tenant using (tenant_id) join pg_timezone_names z on z.name = zone
  loop
    create temp table made on commit drop as
    select day, extension, account_id, sum(calls) as calls, sum(legs) as legs, sum(attempts) as attempts, sum(answered) as answered,
      sum(missed) as missed, sum(program) as program, sum(unrated) as unrated, sum(effective) as effective, sum(uncaused) as uncaused,
      sum(short) as short, sum(waited) as waited, sum(talk_s) as talk_s, sum(ring_s) as ring_s, sum(wait_s) as wait_s,
      sum(tta_s) as tta_s, sum(duration_s) as duration_s, sum(billed_s) as billed_s, sum(revenue) as revenue, sum(cost) as cost
    from (
      select (opened_at at time zone of.zone)::date as day, extension, account_id, count(*) as calls, sum(legs) as legs,
        sum(attempts) as attempts, count(*) filter (where outcome = 1) as answered,
        count(*) filter (where direction = 1 and outcome <> 1) as missed, count(*) filter (where outcome = 5) as program, 0 as unrated,
        count(*) filter (where outcome in (1, 5) or hangup_cause in (17, 18, 19, 20, 21) or hangup_cause in (0, 16) and outcome in (2, 3))
          as effective,
        count(*) filter (where hangup_cause = 0 and outcome not in (1, 5)) as uncaused,
        count(*) filter (where outcome = 1 and talk_s < 10) as short, count(*) filter (where wait_s > 0) as waited,
        sum(talk_s) as talk_s, sum(ring_s) as ring_s, sum(wait_s) as wait_s,
        coalesce(sum(greatest(0, floor(extract(epoch from answered_at - started_at)))) filter (where outcome = 1 and answered_at is not null),
          0) as tta_s,
        sum(duration_s) as duration_s, 0 as billed_s, 0 as revenue, 0 as cost
      from call where tenant_id = of.tenant_id and opened_at >= of.from_at and opened_at < of.to_at group by 1, 2, 3
      union all
      select (c.opened_at at time zone of.zone)::date, extension, account_id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        coalesce(sum(g.billed_s) filter (where side = 1), 0), coalesce(sum(amount) filter (where side = 1 and g.currency = of.currency), 0),
        coalesce(sum(amount) filter (where side = 2 and g.currency = of.currency), 0)
      from (select * from call where tenant_id = of.tenant_id and opened_at >= of.from_at and opened_at < of.to_at) c
      join (select * from charge where tenant_id = of.tenant_id and opened_at >= of.from_at and opened_at < of.to_at) g
        on g.call_key = c.call_key and g.opened_at = c.opened_at group by 1, 2, 3
      union all
      select (c.opened_at at time zone of.zone)::date, extension, c.account_id, 0, 0, 0, 0, 0, 0, count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from (select * from call where tenant_id = of.tenant_id and opened_at >= of.from_at and opened_at < of.to_at) c
      join (select * from call_unrated where tenant_id = of.tenant_id and opened_at >= of.from_at and opened_at < of.to_at) u
        on u.call_key = c.call_key and u.opened_at = c.opened_at group by 1, 2, 3
    ) part group by 1, 2, 3;
    insert into roll_team_day (tenant_id, day, extension, account_id, calls, legs, attempts, answered, missed, program, unrated,
      effective, uncaused, short, waited, seizures, seized_answered, talk_s, ring_s, wait_s, tta_s, duration_s, billed_s, revenue, cost)
    select of.tenant_id, day, extension, account_id, calls, legs, attempts, answered, missed, program, unrated,
      effective, uncaused, short, waited, 0, 0, talk_s, ring_s, wait_s, tta_s, duration_s, billed_s, revenue, cost
    from made where day = any(of.days);
    drop table made;
    create temp table made on commit drop as
    select (opened_at at time zone of.zone)::date as day, direction, extension, talk_s, count(*)::int as calls
    from call where tenant_id = of.tenant_id and opened_at >= of.from_at and opened_at < of.to_at and outcome = 1 group by 1, 2, 3, 4;
    insert into roll_talk_day (tenant_id, day, direction, extension, seconds, calls)
    select of.tenant_id, day, direction, extension, array_agg(talk_s order by talk_s), array_agg(calls order by talk_s)
    from made where day = any(of.days) group by 2, 3, 4;
    drop table made;
  end loop;
end $$;

insert into roll_team_month (tenant_id, day, extension, account_id, calls, legs, attempts, answered, missed, program, unrated, effective,
  uncaused, short, waited, seizures, seized_answered, talk_s, ring_s, wait_s, tta_s, duration_s, billed_s, revenue, cost)
select tenant_id, date_trunc('month', day)::date, extension, account_id, sum(calls), sum(legs), sum(attempts), sum(answered), sum(missed),
  sum(program), sum(unrated), sum(effective), sum(uncaused), sum(short), sum(waited), 0, 0, sum(talk_s), sum(ring_s), sum(wait_s),
  sum(tta_s), sum(duration_s), sum(billed_s), sum(revenue), sum(cost)
from roll_team_day group by 1, 2, 3, 4;
insert into roll_talk_month (tenant_id, day, direction, extension, lengths)
select tenant_id, day, direction, extension, string_agg(int4send(s) || int4send(n), '' order by s)
from (
  select tenant_id, date_trunc('month', day)::date as day, direction, extension, s, sum(n)::int as n
  from roll_talk_day, unnest(seconds, calls) as u (s, n) group by 1, 2, 3, 4, 5
) d group by 1, 2, 3, 4;

-- The day that is not over is kept by hours, and days that this says differently than the program did, or cannot say because
-- PostgreSQL does not know their zone, are made anew by it; not those of which calls were detached.
insert into touched_hour (hour, batch_id, tenant_id)
select h, '00000000-0000-8000-8000-000000000019'::uuid, tenant_id
from roll_open_day, generate_series(date_trunc('hour', opens_at, 'UTC'), closes_at - interval '1 microsecond', interval '1 hour') h
union
select h, '00000000-0000-8000-8000-000000000019'::uuid, tenant_id
from (
  select tenant_id, day from (select tenant_id, day, sum(calls) as calls from roll_phone_day group by 1, 2) p
  left join (select tenant_id, day, sum(calls) as calls from roll_team_day group by 1, 2) t using (tenant_id, day)
  where t.calls is distinct from p.calls
) d, generate_series((day - 1)::timestamp at time zone 'UTC', (day + 2)::timestamp at time zone 'UTC', interval '1 hour') h
where h >= coalesce((select to_date(max(month), 'YYYY-MM') + interval '1 month 2 days' from detached_month) at time zone 'UTC', '-infinity')
on conflict do nothing;

analyze roll_team_day, roll_team_month, roll_talk_day, roll_talk_month;
