-- What people keep under a name: a page and what stands in its address. Each sees his own.

create table saved_view (
  tenant_id int not null references tenant on delete cascade,
  user_id uuid not null references app_user on delete cascade,
  view_id int not null,
  name text not null check (name <> ''),
  path text not null,
  query text not null,
  saved_at timestamptz not null,
  primary key (tenant_id, user_id, view_id),
  unique (tenant_id, user_id, name)
);
comment on table saved_view is 'reference';
