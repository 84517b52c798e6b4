-- Views for BI tools: read-only, documented. A role sees one tenant, the one it was made for: by session_user, which no statement of its own can change. Nothing else
-- of the database is granted to it. docs/bi.md lists the columns,
-- a test compares. The roles themselves are made by a command, since they belong to the server and not to this database.

create table bi_user (
  role_name text primary key,
  tenant_id int not null references tenant on delete cascade,
  shows_numbers boolean not null,
  created_at timestamptz not null
);
comment on table bi_user is 'local';

create schema bi;

-- As maskNumber of packages/kernel has it; a test compares the two.
create function bi.masked(number text) returns text language sql immutable parallel safe as $$
  select case when bare !~ '^\+?\d{7,}$' then number
    else sign || left(digits, greatest(0, least(case when digits like '00%' then 6 else 4 end, length(digits) - 7)))
      || '•••••' || right(digits, 2) end
  from (select regexp_replace(number, '[\s().\-/]', '', 'g') as bare) b,
    lateral (select case when bare like '+%' then '+' else '' end as sign, ltrim(bare, '+') as digits) d
$$;

create view bi.tenant with (security_barrier) as
  select t.name, t.zone, u.shows_numbers from public.bi_user u join public.tenant t using (tenant_id)
  where u.role_name = session_user;
comment on view bi.tenant is 'The tenant this role may see: one row.';
comment on column bi.tenant.name is 'Name of the tenant.';
comment on column bi.tenant.zone is 'IANA time zone by which its days begin; instants in all views carry their own offset.';
comment on column bi.tenant.shows_numbers is 'Whether numbers are whole in these views; else they are masked.';

create view bi.calls with (security_barrier) as
  select c.call_key, c.opened_at, c.started_at, c.answered_at, c.ended_at,
    (c.opened_at at time zone t.zone)::date as local_date,
    (array['unknown', 'inbound', 'outbound', 'internal', 'transit'])[c.direction + 1] as direction,
    (array['answered', 'no-answer', 'busy', 'failed', 'program'])[c.outcome] as outcome,
    case when u.shows_numbers then c.from_number else bi.masked(c.from_number) end as from_number,
    case when u.shows_numbers then c.to_number else bi.masked(c.to_number) end as to_number,
    case when u.shows_numbers then c.from_name end as from_name,
    c.talk_s as talk_seconds, c.ring_s as ring_seconds, c.wait_s as wait_seconds, c.duration_s as duration_seconds,
    c.hangup_cause, c.legs, c.attempts, c.final,
    a.code as account_code, a.name as account, r.name as trunk, k.name as carrier, d.name as destination,
    nullif(c.country_id, 0) as country_number, s.name as source
  from public.bi_user u join public.tenant t using (tenant_id)
  join public.call c on c.tenant_id = u.tenant_id
  left join public.account a on a.account_id = c.account_id
  left join public.trunk r on r.trunk_id = c.trunk_id
  left join public.carrier k on k.carrier_id = c.carrier_id
  left join public.destination d on d.destination_id = c.destination_id
  left join public.source s on s.source_id = c.source_id
  where u.role_name = session_user;
comment on view bi.calls is 'One row a call. Bound opened_at in every question: the tables are cut by its months.';
comment on column bi.calls.call_key is 'Key of the call; its charges have the same.';
comment on column bi.calls.opened_at is 'When its first channel was made; never changes, and figures are counted by it.';
comment on column bi.calls.started_at is 'Start of its first leg.';
comment on column bi.calls.answered_at is 'When two parties first talked; null = nobody answered.';
comment on column bi.calls.ended_at is 'End of its last leg.';
comment on column bi.calls.local_date is 'Date of opened_at in the zone of the tenant.';
comment on column bi.calls.direction is 'unknown, inbound, outbound, internal or transit.';
comment on column bi.calls.outcome is 'answered, no-answer, busy, failed, or program: answered by an IVR or voicemail only.';
comment on column bi.calls.from_number is 'Who called, as the PBX told it; masked unless the role shows numbers.';
comment on column bi.calls.to_number is 'Who was dialled; masked unless the role shows numbers.';
comment on column bi.calls.from_name is 'Name of the caller; null unless the role shows numbers.';
comment on column bi.calls.talk_seconds is 'Seconds in which two parties talked.';
comment on column bi.calls.ring_seconds is 'Seconds of ringing.';
comment on column bi.calls.wait_seconds is 'Seconds in queues.';
comment on column bi.calls.duration_seconds is 'Seconds from the first to the last.';
comment on column bi.calls.hangup_cause is 'Q.850; 0 = unknown.';
comment on column bi.calls.legs is 'CDR rows of the call.';
comment on column bi.calls.attempts is 'Tries toward a trunk or telephone.';
comment on column bi.calls.final is 'Nothing more of it is to come.';
comment on column bi.calls.account_code is 'Account code of the customer; null = none.';
comment on column bi.calls.account is 'Name of the customer.';
comment on column bi.calls.trunk is 'Trunk it left by, else came in by.';
comment on column bi.calls.carrier is 'Carrier of that trunk.';
comment on column bi.calls.destination is 'Where it went by the rate deck.';
comment on column bi.calls.country_number is 'ISO 3166-1 number of the country; null = unknown.';
comment on column bi.calls.source is 'PBX it came from.';

create view bi.charges with (security_barrier) as
  select h.call_key, h.opened_at, (h.opened_at at time zone t.zone)::date as local_date,
    case h.side when 1 then 'sell' else 'buy' end as side, h.line, h.revision,
    case h.side when 1 then a.name else k.name end as party, case h.side when 1 then a.code end as account_code,
    e.name as deck, h.deck_version, d.name as destination, h.prefix,
    h.seconds, h.billed_s as billed_seconds, h.amount, h.currency as currency_number, h.booked_at
  from public.bi_user u join public.tenant t using (tenant_id)
  join public.charge h on h.tenant_id = u.tenant_id
  left join public.account a on h.side = 1 and a.account_id = h.party_id
  left join public.carrier k on h.side = 2 and k.carrier_id = h.party_id
  left join public.rate_deck e on e.deck_id = h.deck_id
  left join public.destination d on d.destination_id = h.destination_id
  where u.role_name = session_user;
comment on view bi.charges is 'Priced lines of calls. A correction is a negative line and a new one: sums are always what holds now.';
comment on column bi.charges.call_key is 'The call.';
comment on column bi.charges.opened_at is 'As of the call.';
comment on column bi.charges.local_date is 'Date of opened_at in the zone of the tenant.';
comment on column bi.charges.side is 'sell = the customer pays us, buy = we pay the carrier.';
comment on column bi.charges.line is '1 = the call itself, on from 2 what a transfer or forward added.';
comment on column bi.charges.revision is 'Counts corrections of the line.';
comment on column bi.charges.party is 'Name of the customer or the carrier.';
comment on column bi.charges.account_code is 'Account code of the customer; null on the buy side.';
comment on column bi.charges.deck is 'Rate deck it was priced by.';
comment on column bi.charges.deck_version is 'Version of the deck.';
comment on column bi.charges.destination is 'Destination of the rate.';
comment on column bi.charges.prefix is 'Prefix of the rate.';
comment on column bi.charges.seconds is 'What was talked; negative in a reversal.';
comment on column bi.charges.billed_seconds is 'What was charged after blocks; negative in a reversal.';
comment on column bi.charges.amount is 'Exact, six places, in the currency of the line.';
comment on column bi.charges.currency_number is 'ISO 4217 number of the currency.';
comment on column bi.charges.booked_at is 'When it was written.';

create view bi.accounts with (security_barrier) as
  select a.code, a.name, a.currency as currency_number, coalesce(b.amount, 0) as balance, a.created_at
  from public.bi_user u join public.account a using (tenant_id)
  left join public.balance b on b.account_id = a.account_id and b.ledger_id = a.account_id::bigint * 10 + 1
  where u.role_name = session_user;
comment on view bi.accounts is 'Customers.';
comment on column bi.accounts.code is 'Account code, as in the CDR.';
comment on column bi.accounts.name is 'Name.';
comment on column bi.accounts.currency_number is 'ISO 4217 number of the currency.';
comment on column bi.accounts.balance is 'What the customer owes: debits less credits.';
comment on column bi.accounts.created_at is 'When it was made.';

create view bi.trunks with (security_barrier) as
  select r.name, r.peer, k.name as carrier, nullif(r.capacity, 0) as capacity
  from public.bi_user u join public.trunk r using (tenant_id)
  left join public.carrier k on k.carrier_id = r.carrier_id
  where u.role_name = session_user;
comment on view bi.trunks is 'Trunks.';
comment on column bi.trunks.name is 'Name.';
comment on column bi.trunks.peer is 'Name of its channels without the end: PJSIP/northlink.';
comment on column bi.trunks.carrier is 'Who is paid for it; null = nobody.';
comment on column bi.trunks.capacity is 'Channels; null = unknown.';

create view bi.invoices with (security_barrier) as
  select i.number, a.code as account_code, a.name as account, i.period_from, i.period_to, i.zone,
    i.net, i.tax, i.total, i.currency as currency_number, i.issued_at, i.due_on
  from public.bi_user u join public.invoice i using (tenant_id)
  left join public.account a on a.account_id = i.account_id
  where u.role_name = session_user;
comment on view bi.invoices is 'Invoices as issued.';
comment on column bi.invoices.number is 'Number of the invoice.';
comment on column bi.invoices.account_code is 'Account code of the customer.';
comment on column bi.invoices.account is 'Name of the customer.';
comment on column bi.invoices.period_from is 'First moment of its period.';
comment on column bi.invoices.period_to is 'End of its period, exclusive.';
comment on column bi.invoices.zone is 'Zone in which the period was counted.';
comment on column bi.invoices.net is 'Sum without tax.';
comment on column bi.invoices.tax is 'Tax.';
comment on column bi.invoices.total is 'Sum with tax.';
comment on column bi.invoices.currency_number is 'ISO 4217 number of the currency.';
comment on column bi.invoices.issued_at is 'When it was issued.';
comment on column bi.invoices.due_on is 'When it is to be paid.';

-- A function, so that a span of days reads only their months; from the calls themselves, so that it is right at once.
create function bi.daily_between(from_date date, to_date date) returns table (
  local_date date, account_code text, account text, direction text, country_number smallint, calls bigint, legs bigint,
  attempts bigint, answered bigint, unrated bigint, talk_seconds bigint, billed_seconds bigint, revenue numeric, cost numeric,
  margin numeric
) language sql stable security definer set search_path = public, pg_temp as $$
  with me as (
    select u.tenant_id, t.zone, t.currency, from_date::timestamp at time zone t.zone as since,
      to_date::timestamp at time zone t.zone as until
    from bi_user u join tenant t using (tenant_id) where u.role_name = session_user),
  priced as (
    select h.call_key, sum(h.billed_s) filter (where h.side = 1) as billed_s,
      sum(h.amount) filter (where h.side = 1) as revenue, sum(h.amount) filter (where h.side = 2) as cost
    from charge h where h.tenant_id = (select tenant_id from me) and h.currency = (select currency from me)
      and h.opened_at >= (select since from me) and h.opened_at < (select until from me)
    group by h.call_key)
  select (c.opened_at at time zone (select zone from me))::date, a.code, a.name,
    (array['unknown', 'inbound', 'outbound', 'internal', 'transit'])[c.direction + 1], nullif(c.country_id, 0),
    count(*), sum(c.legs), sum(c.attempts), count(*) filter (where c.outcome = 1), count(n.call_key),
    sum(c.talk_s), coalesce(sum(p.billed_s), 0)::bigint, coalesce(sum(p.revenue), 0), coalesce(sum(p.cost), 0),
    coalesce(sum(p.revenue), 0) - coalesce(sum(p.cost), 0)
  from call c left join priced p on p.call_key = c.call_key
  left join call_unrated n on n.call_key = c.call_key and n.opened_at = c.opened_at
  left join account a on a.account_id = c.account_id
  where c.tenant_id = (select tenant_id from me) and c.opened_at >= (select since from me) and c.opened_at < (select until from me)
  group by 1, 2, 3, 4, 5
$$;
comment on function bi.daily_between is 'As the view daily, for from_date <= local_date < to_date: reads only these months.';

create view bi.daily as select * from bi.daily_between('1990-01-01', '2200-01-01');
comment on view bi.daily is 'Figures by day, customer, direction and country. Sums only: ratios are made of sums. Over much data ask daily_between(from, to).';
comment on column bi.daily.local_date is 'Date in the zone of the tenant.';
comment on column bi.daily.account_code is 'Account code of the customer; null = none.';
comment on column bi.daily.account is 'Name of the customer.';
comment on column bi.daily.direction is 'As in calls.';
comment on column bi.daily.country_number is 'ISO 3166-1 number; null = unknown.';
comment on column bi.daily.calls is 'Calls.';
comment on column bi.daily.legs is 'CDR rows.';
comment on column bi.daily.attempts is 'Tries toward a trunk or telephone.';
comment on column bi.daily.answered is 'Calls two parties talked in.';
comment on column bi.daily.unrated is 'Billable calls without a charge.';
comment on column bi.daily.talk_seconds is 'Seconds talked; ACD = talk_seconds / answered.';
comment on column bi.daily.billed_seconds is 'Seconds charged.';
comment on column bi.daily.revenue is 'Sell charges, in the currency of the tenant.';
comment on column bi.daily.cost is 'Buy charges, in the currency of the tenant.';
comment on column bi.daily.margin is 'Revenue less cost.';
