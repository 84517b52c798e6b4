-- Rollups with few rows for what pages ask most: the clock and the week, accounts, destinations and extensions without
-- anything else; and the open day by hours, so that a day to which calls come all the time is not read whole.

-- All calls by quarters of an hour, by direction and outcome alone.
create table roll_pulse_quarter (like roll_pulse_day including all);
alter table roll_pulse_quarter drop column day, add column quarter timestamptz not null;
alter table roll_pulse_quarter add primary key (tenant_id, quarter, direction, outcome);
alter table roll_pulse_quarter rename to roll_pulse_quarter_plain;
create table roll_pulse_quarter (like roll_pulse_quarter_plain including all) partition by range (quarter);
drop table roll_pulse_quarter_plain;
comment on table roll_pulse_quarter is 'distribute by tenant_id; partition by quarter';

-- `slot`: the hour of the week on the tenant's clock, Monday 00:00 is 0, Sunday 23:00 is 167.
create table roll_heat_month (like roll_pulse_month including all);
alter table roll_heat_month drop constraint roll_heat_month_pkey, add column slot smallint not null;
alter table roll_heat_month add primary key (tenant_id, day, slot, direction, outcome);
create table roll_heat_day (like roll_heat_month including all) partition by range (day);
comment on table roll_heat_month is 'distribute by tenant_id';
comment on table roll_heat_day is 'distribute by tenant_id; partition by day';

create table roll_payer_month (like roll_account_month including all);
alter table roll_payer_month drop column direction, drop column outcome;
alter table roll_payer_month add primary key (tenant_id, day, account_id);
create table roll_payer_day (like roll_payer_month including all) partition by range (day);
comment on table roll_payer_month is 'distribute by tenant_id';
comment on table roll_payer_day is 'distribute by tenant_id; partition by day';

create table roll_place_month (like roll_destination_month including all);
alter table roll_place_month drop column direction, drop column outcome, drop column carrier_id;
alter table roll_place_month add primary key (tenant_id, day, destination_id, country_id);
create table roll_place_day (like roll_place_month including all) partition by range (day);
comment on table roll_place_month is 'distribute by tenant_id';
comment on table roll_place_day is 'distribute by tenant_id; partition by day';

create table roll_phone_month (like roll_extension_month including all);
alter table roll_phone_month drop column direction, drop column outcome;
alter table roll_phone_month add primary key (tenant_id, day, extension);
create table roll_phone_day (like roll_phone_month including all) partition by range (day);
comment on table roll_phone_month is 'distribute by tenant_id';
comment on table roll_phone_day is 'distribute by tenant_id; partition by day';

-- The day that is not over has no row by day. It is kept by hours of the tenant's clock; rows of days before are leftovers.
create table roll_open_day (
  tenant_id int not null,
  opens_at timestamptz not null,                     -- its first instant
  closes_at timestamptz not null,                    -- that of the next day
  primary key (tenant_id, opens_at)
);
comment on table roll_open_day is 'distribute by tenant_id';

create table roll_payer_hour (like roll_payer_month including all);
alter table roll_payer_hour drop column day, add column hour timestamptz not null;
alter table roll_payer_hour add primary key (tenant_id, hour, account_id);
comment on table roll_payer_hour is 'distribute by tenant_id';
create table roll_place_hour (like roll_place_month including all);
alter table roll_place_hour drop column day, add column hour timestamptz not null;
alter table roll_place_hour add primary key (tenant_id, hour, destination_id, country_id);
comment on table roll_place_hour is 'distribute by tenant_id';
create table roll_phone_hour (like roll_phone_month including all);
alter table roll_phone_hour drop column day, add column hour timestamptz not null;
alter table roll_phone_hour add primary key (tenant_id, hour, extension);
comment on table roll_phone_hour is 'distribute by tenant_id';
create table roll_did_hour (like roll_did_month including all);
alter table roll_did_hour drop column day, add column hour timestamptz not null;
alter table roll_did_hour add primary key (tenant_id, hour, did, direction, outcome);
comment on table roll_did_hour is 'distribute by tenant_id';
create table roll_spread_hour (like roll_spread_month including all);
alter table roll_spread_hour drop column day, add column hour timestamptz not null;
alter table roll_spread_hour add primary key (tenant_id, hour, kind, direction, seconds);
comment on table roll_spread_hour is 'distribute by tenant_id';

insert into touched_hour (hour, batch_id, tenant_id)
select distinct date_trunc('hour', opened_at, 'UTC'), '00000000-0000-8000-8000-000000000015'::uuid, tenant_id from call
on conflict do nothing;
