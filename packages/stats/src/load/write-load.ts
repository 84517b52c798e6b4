// Rows of load into their tables.

import { copyLines, type Tx } from '@tollbook/db'
import type { LoadRow } from './load-row.ts'

const SHARED = [
  'starts',
  'congested',
  'cps',
  'peak',
  'peak_us',
  'talk_peak',
  'taken_us',
  'talk_us',
  'low',
  'held',
  'met',
]

export async function writeMinutes(tx: Tx, tenantId: number, rows: readonly LoadRow[]): Promise<void> {
  const columns = ['tenant_id', 'scope', 'scope_id', 'minute', 'minutes', 'carry', 'ends', ...SHARED]
  const lines = rows.map((row) => [...keyOf(tenantId, row), row.minutes, row.carry, row.ends, ...sharedOf(row)])
  await copyLines(tx, 'trunk_minute', columns, lines)
}

export async function writeQuarters(tx: Tx, tenantId: number, rows: readonly LoadRow[]): Promise<void> {
  const columns = ['tenant_id', 'scope', 'scope_id', 'quarter', ...SHARED]
  await copyLines(
    tx,
    'trunk_quarter',
    columns,
    rows.map((row) => [...keyOf(tenantId, row), ...sharedOf(row)]),
  )
}

// Rows that are kept begin with a full minute, so no fraction of a millisecond is lost.
function keyOf(tenantId: number, row: LoadRow): readonly (string | number)[] {
  return [tenantId, row.scope, row.scopeId, new Date(row.atUs / 1000).toISOString()]
}

function sharedOf(row: LoadRow): readonly (string | number)[] {
  return [
    ...[row.starts, row.congested, row.cps, row.peak, row.peakAtUs - row.atUs, row.talkPeak],
    ...[row.takenUs, row.talkUs, row.low, `{${row.held.join(',')}}`, `{${row.met.join(',')}}`],
  ]
}
