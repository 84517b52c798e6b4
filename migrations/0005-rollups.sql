-- Rollups by more dimensions and with all sums, in cascades: quarters of an hour, local days and months. What was rolled up
-- before is made anew by the worker; until it has been, figures are read from the calls.

drop table roll_traffic_quarter, roll_account_day, roll_destination_day;

create table roll_sum (
  calls int not null,
  legs int not null,
  attempts int not null,
  answered int not null,
  missed int not null,
  program int not null,
  unrated int not null,
  effective int not null,                            -- the network did its part
  uncaused int not null,                             -- unanswered without a Q.850 cause
  short int not null,                                -- answered, less than 10 s of talk
  waited int not null,
  seizures int not null,                             -- trunk channels outward; 0 but in the rollups of traffic
  seized_answered int not null,
  talk_s bigint not null,
  ring_s bigint not null,
  wait_s bigint not null,
  tta_s bigint not null,                             -- whole seconds from start to answer
  duration_s bigint not null,
  billed_s bigint not null,
  revenue numeric(18,6) not null,
  cost numeric(18,6) not null
);

-- traffic: a seizure counts at its own trunk, carrier and cause, all else at its call's.
create table roll_traffic_quarter (
  tenant_id int not null,
  trunk_id int not null,
  quarter timestamptz not null,
  source_id smallint not null,
  carrier_id int not null,
  direction smallint not null,
  outcome smallint not null,
  hangup_cause smallint not null,
  like roll_sum,
  primary key (tenant_id, trunk_id, quarter, source_id, carrier_id, direction, outcome, hangup_cause)
) partition by range (quarter);
comment on table roll_traffic_quarter is 'distribute by tenant_id; partition by quarter';

-- `day` is the tenant's local date; in tables of months the first of the month.
create table roll_traffic_day (
  tenant_id int not null,
  day date not null,
  source_id smallint not null,
  trunk_id int not null,
  carrier_id int not null,
  direction smallint not null,
  outcome smallint not null,
  hangup_cause smallint not null,
  like roll_sum,
  primary key (tenant_id, day, source_id, trunk_id, carrier_id, direction, outcome, hangup_cause)
) partition by range (day);
comment on table roll_traffic_day is 'distribute by tenant_id; partition by day';
create table roll_traffic_month (like roll_traffic_day including all);
comment on table roll_traffic_month is 'distribute by tenant_id';

create table roll_account_day (
  tenant_id int not null,
  day date not null,
  account_id int not null,
  country_id smallint not null,
  direction smallint not null,
  outcome smallint not null,
  like roll_sum,
  primary key (tenant_id, day, account_id, country_id, direction, outcome)
) partition by range (day);
comment on table roll_account_day is 'distribute by tenant_id; partition by day';
create table roll_account_month (like roll_account_day including all);
comment on table roll_account_month is 'distribute by tenant_id';

create table roll_destination_day (
  tenant_id int not null,
  day date not null,
  destination_id int not null,
  country_id smallint not null,
  carrier_id int not null,
  direction smallint not null,
  outcome smallint not null,
  like roll_sum,
  primary key (tenant_id, day, destination_id, country_id, carrier_id, direction, outcome)
) partition by range (day);
comment on table roll_destination_day is 'distribute by tenant_id; partition by day';
create table roll_destination_month (like roll_destination_day including all);
comment on table roll_destination_month is 'distribute by tenant_id';

create table roll_did_day (
  tenant_id int not null,
  day date not null,
  did text not null,
  direction smallint not null,
  outcome smallint not null,
  like roll_sum,
  primary key (tenant_id, day, did, direction, outcome)
) partition by range (day);
comment on table roll_did_day is 'distribute by tenant_id; partition by day';
create table roll_did_month (like roll_did_day including all);
comment on table roll_did_month is 'distribute by tenant_id';

create table roll_extension_day (
  tenant_id int not null,
  day date not null,
  extension text not null,
  direction smallint not null,
  outcome smallint not null,
  like roll_sum,
  primary key (tenant_id, day, extension, direction, outcome)
) partition by range (day);
comment on table roll_extension_day is 'distribute by tenant_id; partition by day';
create table roll_extension_month (like roll_extension_day including all);
comment on table roll_extension_month is 'distribute by tenant_id';

-- How long calls were, whole: percentiles are read from it and are exact.
create table roll_spread_day (
  tenant_id int not null,
  day date not null,
  kind smallint not null,                            -- 1 talk, 2 wait, 3 time to answer
  direction smallint not null,
  seconds int not null,
  calls int not null,
  primary key (tenant_id, day, kind, direction, seconds)
) partition by range (day);
comment on table roll_spread_day is 'distribute by tenant_id; partition by day';
create table roll_spread_month (like roll_spread_day including all);
comment on table roll_spread_month is 'distribute by tenant_id';

drop table roll_sum;

insert into touched_hour (hour, batch_id, tenant_id)
select distinct date_trunc('hour', opened_at, 'UTC'), '00000000-0000-8000-8000-000000000005'::uuid, tenant_id from call
on conflict do nothing;
