// What the copy holds of a call: the columns figures group by, filter by and add up, with what its charges and marks say
// already put in. Names and departments are not here, nor tags: people change them without touching a call.

import { type RawBuilder, sql } from 'kysely'
import { POSTGRES } from '../dialect.ts'
import type { Interval } from '../grain.ts'
import { anyOf, pricedCalls } from '../priced-calls.ts'
import { otherNumber, subscriberDigits, subscriberText } from '../subscriber.ts'

/** Goes up with every change of columns: files of another layout are made anew. */
export const LAYOUT = 3

/** Name in the copy, DuckDB's type, and what it is of a priced call (priced-calls.ts). */
type Column = readonly [name: string, type: string, from: RawBuilder<unknown>]

const ofCall = (type: string, names: readonly string[]): Column[] => names.map((n) => [n, type, sql.ref(`c.${n}`)])
/** DuckDB reads instants without an offset, in UTC. */
const instants = (alias: string, names: readonly string[], as = (n: string) => n): Column[] =>
  names.map((n) => [as(n), 'timestamp', sql`(${sql.ref(`${alias}.${n}`)} at time zone 'UTC')::text`])

const CALL: readonly Column[] = [
  ...ofCall('uuid', ['call_key']),
  ...instants('c', ['opened_at', 'started_at', 'answered_at', 'ended_at']),
  ...ofCall('integer', ['tenant_id', 'account_id', 'trunk_id', 'carrier_id', 'destination_id']),
  ...ofCall('smallint', ['source_id', 'country_id', 'direction', 'outcome', 'hangup_cause', 'disposition', 'ending']),
  ...ofCall('smallint', ['legs', 'attempts', 'seized']),
  ...ofCall('integer', ['talk_s', 'ring_s', 'wait_s', 'duration_s']),
  ...ofCall('varchar', ['did', 'extension', 'from_number', 'to_number']),
  ['billed_s', 'bigint', sql`g.billed_s`],
  ['revenue', 'decimal(18,6)', sql`g.revenue`],
  ['cost', 'decimal(18,6)', sql`g.cost`],
  ['prefix', 'varchar', sql`coalesce(g.prefix, '')`],
  ['charged', 'boolean', sql`g.call_key is not null`],
  ['unrated', 'boolean', sql`u.call_key is not null`],
  ['party_digits', 'integer', subscriberDigits(otherNumber)],
  ['party_text', 'varchar', subscriberText(otherNumber)],
  ['tta_s', 'integer', sql`(${POSTGRES.columns.timeToAnswer})::int`],
]

/** Of a try on a trunk, beside all of its call. */
const SEIZURE: readonly Column[] = [
  ...CALL,
  ['z_trunk_id', 'integer', sql`z.trunk_id`],
  ['z_carrier_id', 'integer', sql`z.carrier_id`],
  ['z_cause', 'smallint', sql`z.cause`],
  ['z_outward', 'boolean', sql`z.outward`],
  ...instants('z', ['answered_at'], (n) => `z_${n}`),
]

export type FileKind = 'calls' | 'seizures'
export const FILE_KINDS: readonly FileKind[] = ['calls', 'seizures']
const COLUMNS: Readonly<Record<FileKind, readonly Column[]>> = { calls: CALL, seizures: SEIZURE }

/** `{'call_key': 'uuid', …}`, as DuckDB is told what lines of text hold. */
export function typesOf(kind: FileKind): string {
  return `{${COLUMNS[kind].map(([name, type]) => `'${name}': '${type}'`).join(', ')}}`
}

/** `call_key, …` */
export function namesOf(kind: FileKind): string {
  return COLUMNS[kind].map(([name]) => name).join(', ')
}

/** `call_key uuid, …`: the columns of a table. */
export function columnsOf(kind: FileKind): string {
  return COLUMNS[kind].map(([name, type]) => `${name} ${type}`).join(', ')
}

/** All rows of these intervals as PostgreSQL has them now. */
export function rowsOf(
  kind: FileKind,
  tenant: { readonly tenantId: number; readonly currency: number },
  intervals: readonly Interval[],
): RawBuilder<Readonly<Record<string, unknown>>> {
  const { tenantId, currency } = tenant
  const list = sql.join(COLUMNS[kind].map(([name, , from]) => sql`${from} as ${sql.ref(name)}`))
  const when = anyOf(intervals)
  const calls = pricedCalls({ tenantId, currency, when, charges: true, prefix: true })
  const tries = sql`join (select * from seizure where tenant_id = ${tenantId} and ${when}) z
    on z.call_key = c.call_key and z.opened_at = c.opened_at`
  return sql`select ${list} from ${calls} ${kind === 'seizures' ? tries : sql``}`
}
