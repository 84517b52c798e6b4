// What the database tells Prometheus: what came in, what waits, what is missing. Every question here is one of small tables
// or of the last hour, so that a scrape stays below some tens of milliseconds however many calls there are.

import type { Db } from '@tollbook/db'
import type { MetricFamily, MetricSample } from '@tollbook/runtime'

type Question = {
  readonly name: string
  readonly help: string
  readonly kind: 'counter' | 'gauge'
  /** Answers rows of `value` and labels; `$1` is now. */
  readonly sql: string
}

/** The families, in the order of docs/metrics.md. */
export async function databaseFamilies(db: Db, nowMs: number): Promise<MetricFamily[]> {
  const families: MetricFamily[] = []
  for (const { name, help, kind, sql } of QUESTIONS) {
    const { rows } = await db.pool.query<Record<string, string | number | null>>(sql, [new Date(nowMs)])
    families.push({ name, help, kind, samples: rows.map(sampleOf) })
  }
  return families
}

function sampleOf({ value, ...labels }: Record<string, string | number | null>): MetricSample {
  return {
    value: Number(value ?? 0),
    labels: Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, String(text ?? '')])),
  }
}

const WAY = `case h.way when 1 then 'live' when 2 then 'file' when 3 then 'table' else 'push' end as way`
const records = (column: string) =>
  `select t.slug as tenant, s.name as source, ${WAY}, sum(h.${column}) as value
   from source_hour h join source s using (source_id) join tenant t using (tenant_id)
   where $1::timestamptz is not null group by 1, 2, 3 order by 1, 2, 3`
const REASONS = `(array['no-account', 'no-deck', 'no-rate', 'not-a-number', 'blocked', 'expired', 'ambiguous', 'held'])[u.reason]`
const OUTCOMES = `(array['answered', 'no-answer', 'busy', 'failed', 'program'])[c.outcome]`

/** Exported for the test that compares them with docs/metrics.md. */
export const QUESTIONS: readonly Question[] = [
  {
    name: 'tollbook_records_received_total',
    help: 'Records that came in, by source and way.',
    kind: 'counter',
    sql: records('received'),
  },
  {
    name: 'tollbook_legs_inserted_total',
    help: 'Legs that were new.',
    kind: 'counter',
    sql: records('inserted'),
  },
  {
    name: 'tollbook_legs_late_total',
    help: 'Legs stored more than an hour after they ended.',
    kind: 'counter',
    sql: records('late'),
  },
  {
    name: 'tollbook_calls_last_hour',
    help: 'Calls that began within the last hour, by outcome.',
    kind: 'gauge',
    sql: `select t.slug as tenant, ${OUTCOMES} as outcome, count(*) as value
      from call c join tenant t using (tenant_id)
      where c.opened_at >= $1::timestamptz - interval '1 hour' and c.opened_at <= $1 group by 1, 2 order by 1, 2`,
  },
  {
    name: 'tollbook_source_live',
    help: '1 while the AMI connection of a source is up.',
    kind: 'gauge',
    sql: `select t.slug as tenant, s.name as source, (st.state = 'live')::int as value
      from source_state st join source s using (source_id) join tenant t using (tenant_id)
      where $1::timestamptz is not null order by 1, 2`,
  },
  {
    name: 'tollbook_spool_bytes',
    help: 'On disk and not stored yet, by source.',
    kind: 'gauge',
    sql: `select t.slug as tenant, s.name as source, st.waiting_bytes as value
      from source_state st join source s using (source_id) join tenant t using (tenant_id)
      where $1::timestamptz is not null order by 1, 2`,
  },
  {
    name: 'tollbook_spool_wait_seconds',
    help: 'Age of the oldest that waits in the spool.',
    kind: 'gauge',
    sql: `select t.slug as tenant, s.name as source,
        coalesce(greatest(0, extract(epoch from $1::timestamptz - st.waiting_since)), 0) as value
      from source_state st join source s using (source_id) join tenant t using (tenant_id) order by 1, 2`,
  },
  {
    name: 'tollbook_feed_behind_bytes',
    help: 'Of a followed file or table: what is not read yet.',
    kind: 'gauge',
    sql: `select t.slug as tenant, s.name as source, f.name as feed, fs.behind_bytes as value
      from feed_state fs join feed f using (feed_id) join source s using (source_id)
      join tenant t on t.tenant_id = f.tenant_id where f.enabled and $1::timestamptz is not null order by 1, 2, 3`,
  },
  {
    name: 'tollbook_gaps_open',
    help: 'Times in which events may have been missed, that no record store has filled.',
    kind: 'gauge',
    sql: `select t.slug as tenant, (select count(*) from capture_gap g
        where g.tenant_id = t.tenant_id and g.closed_at is null and g.from_at <= $1) as value
      from tenant t order by 1`,
  },
  {
    name: 'tollbook_rejects_open',
    help: 'Rows set aside because they could not be read.',
    kind: 'gauge',
    sql: `select t.slug as tenant, (select count(*) from ingest_reject r
        where r.tenant_id = t.tenant_id and r.state = 'open') as value
      from tenant t where $1::timestamptz is not null order by 1`,
  },
  {
    name: 'tollbook_calls_unrated',
    help: 'Billable calls without a charge, by reason.',
    kind: 'gauge',
    sql: `select t.slug as tenant, ${REASONS} as reason, count(*) as value
      from call_unrated u join tenant t using (tenant_id) where $1::timestamptz is not null group by 1, 2 order by 1, 2`,
  },
  {
    name: 'tollbook_rollup_lag_seconds',
    help: 'Age of the oldest batch whose hours are not rolled up yet.',
    kind: 'gauge',
    sql: `select coalesce(greatest(0, extract(epoch from $1::timestamptz - min(b.received_at))), 0) as value
      from touched_hour h join batch b using (batch_id)`,
  },
  {
    name: 'tollbook_rollup_waiting',
    help: 'Hours whose figures are to be computed anew.',
    kind: 'gauge',
    sql: `select count(*) as value from (select distinct tenant_id, hour from touched_hour
      where $1::timestamptz is not null) h`,
  },
  {
    name: 'tollbook_jobs',
    help: 'Background work that is queued or running, by kind.',
    kind: 'gauge',
    sql: `select 'import' as job, state, count(*) as value from import where state in ('queued', 'running') group by 2
      union all select 'restitch', state, count(*) from restitch where state in ('queued', 'running') group by 2
      union all select 'revaluation', state, count(*) from revaluation
        where state in ('counting', 'applying') and $1::timestamptz is not null group by 2
      order by 1, 2`,
  },
  {
    name: 'tollbook_partition_months_ahead',
    help: 'Months after this one that have their tables already.',
    kind: 'gauge',
    sql: `select count(*) as value from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'call'::regclass and c.relname > 'call_' || to_char($1::timestamptz at time zone 'UTC', 'YYYY_MM')`,
  },
  {
    name: 'tollbook_detached_months',
    help: 'Months detached by the retention rule and not deleted yet.',
    kind: 'gauge',
    sql: `select count(distinct month) as value from detached_month where dropped_at is null and detached_at <= $1`,
  },
  {
    name: 'tollbook_detached_bytes',
    help: 'What these months take on disk.',
    kind: 'gauge',
    sql: `select coalesce(sum(bytes), 0) as value from detached_month where dropped_at is null and detached_at <= $1`,
  },
  {
    name: 'tollbook_database_bytes',
    help: 'Size of the database.',
    kind: 'gauge',
    sql: `select pg_database_size(current_database()) as value where $1::timestamptz is not null`,
  },
]
