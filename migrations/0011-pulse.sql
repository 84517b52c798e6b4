-- A rollup of all calls by direction and outcome alone, which most pages ask for over long spans; and accounts without the
-- country, which had nearly as many rows as calls where accounts call many countries.

create table roll_pulse_day (like roll_extension_day including all);
alter table roll_pulse_day drop column extension;
alter table roll_pulse_day add primary key (tenant_id, day, direction, outcome);
create table roll_pulse_month (like roll_pulse_day including all);
alter table roll_pulse_day rename to roll_pulse_plain;
create table roll_pulse_day (like roll_pulse_plain including all) partition by range (day);
drop table roll_pulse_plain;
comment on table roll_pulse_day is 'distribute by tenant_id; partition by day';
comment on table roll_pulse_month is 'distribute by tenant_id';

drop table roll_account_day, roll_account_month;
create table roll_account_month (like roll_extension_month including all);
alter table roll_account_month drop column extension;
alter table roll_account_month add column account_id int not null;
alter table roll_account_month add primary key (tenant_id, day, account_id, direction, outcome);
create table roll_account_day (like roll_account_month including all) partition by range (day);
comment on table roll_account_day is 'distribute by tenant_id; partition by day';
comment on table roll_account_month is 'distribute by tenant_id';

insert into touched_hour (hour, batch_id, tenant_id)
select distinct date_trunc('hour', opened_at, 'UTC'), '00000000-0000-8000-8000-000000000011'::uuid, tenant_id from call
on conflict do nothing;
