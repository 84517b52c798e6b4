// trunk_minute and trunk_quarter against counting at every instant, over calls that come late, are told anew and become
// shorter, in any order of hours.

import { ensureMonths, transaction } from '@tollbook/db'
import { timeFirstUuid } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { heldFrom, type LoadRow, metFrom, quartersOf, SCOPE } from './load-row.ts'
import { rollUpLoad } from './rollup-load.ts'
import { type Channel, naiveRow } from './testing/naive-load.ts'

const db = testDatabase()
const BASE = Date.parse('2026-03-31T20:00:00Z')
const HOUR = 3_600_000
const TENANT = 1
const NOW = Date.parse('2026-04-30T00:00:00Z')

beforeAll(async () => {
  await db().pool.query(
    `insert into tenant (tenant_id, slug, name, zone, currency, created_at) values (1, 'main', 'Main', 'UTC', 978, now())`,
  )
  await ensureMonths(db(), ['2026-03', '2026-04'])
})

type Told = {
  id: number
  channels: { trunk: number; offset: number; length: number; answer: number; cause: number }[]
}

const told: fc.Arbitrary<Told> = fc.record({
  id: fc.integer({ min: 0, max: 9 }),
  channels: fc.array(
    fc.record({
      trunk: fc.integer({ min: 0, max: 2 }),
      // Microseconds; some at the very same instants, some of no length, some before the call is said to have opened.
      offset: fc.oneof(fc.constant(0), fc.integer({ min: -90_000_000, max: 4_000_000_000 })),
      length: fc.oneof(fc.constant(0), fc.constant(60_000_000), fc.integer({ min: 1, max: 9_000_000_000 })),
      answer: fc.integer({ min: 0, max: 5_000_000_000 }),
      cause: fc.constantFrom(16, 34, 38, 41),
    }),
    { maxLength: 3 },
  ),
})

/** Puts a call, or another telling of it, and answers the hours to be made anew. */
async function tell(call: Told): Promise<number> {
  const openedMs = BASE + (call.id * 37 + (call.id % 3) * 60) * 60_000
  const key = timeFirstUuid(openedMs, Buffer.alloc(32, call.id))
  const opened = new Date(openedMs).toISOString()
  await db().pool.query('delete from seizure where call_key = $1', [key])
  for (const [line, c] of call.channels.entries()) {
    await db().pool.query(
      `insert into seizure (call_key, opened_at, line, tenant_id, source_id, trunk_id, carrier_id, outward, seized_at,
         answered_at, released_at, cause, peer)
       select $1, $2, $3, 1, 1 + $4::int % 2, $4::int, 0, true, s, case when $7::bigint <= $6::bigint then s + $7::bigint * interval '1 us' end,
         s + $6::bigint * interval '1 us', $8, 'p'
       from (select $2::timestamptz + $5::bigint * interval '1 us' as s) x`,
      [key, opened, line + 1, c.trunk, c.offset, c.length, c.answer, c.cause],
    )
  }
  return Math.floor(openedMs / HOUR) * HOUR
}

async function channels(): Promise<Channel[]> {
  const us = (c: string) => `(extract(epoch from ${c}) * 1000000)::bigint`
  const { rows } = await db().pool.query(
    `select trunk_id, source_id, ${us('seized_at')} as f, ${us('released_at')} as t,
       ${us('coalesce(answered_at, released_at)')} as a, cause from trunk_seizure`,
  )
  return rows.map((r) => ({
    ...{ trunk: r.trunk_id, source: r.source_id, from: Number(r.f), to: Number(r.t) },
    ...{ answered: Number(r.a), cause: r.cause },
  }))
}

async function kept(table: 'minute' | 'quarter'): Promise<LoadRow[]> {
  const { rows } = await db().pool.query(
    `select *, (extract(epoch from ${table}) * 1000000)::bigint as at from trunk_${table} order by scope, scope_id, ${table}`,
  )
  return rows.map((r) => ({
    ...{
      scope: r.scope,
      scopeId: r.scope_id,
      atUs: Number(r.at),
      minutes: r.minutes ?? 15,
      carry: r.carry,
      starts: r.starts,
    },
    ...{ ends: r.ends, congested: r.congested, cps: r.cps, peak: r.peak, peakAtUs: Number(r.at) + r.peak_us },
    ...{
      talkPeak: r.talk_peak,
      takenUs: Number(r.taken_us),
      talkUs: Number(r.talk_us),
      low: r.low,
      held: r.held,
      met: r.met,
    },
  }))
}

describe('rows of load', () => {
  it('tell what counting tells, after any order of tellings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(told, { maxLength: 6 }), { minLength: 1, maxLength: 4 }), async (batches) => {
        await db().pool.query('truncate seizure, trunk_minute, trunk_quarter, trunk_day, trunk_reach')
        for (const batch of batches) {
          const hours = new Set<number>()
          for (const call of batch) hours.add(await tell(call))
          await transaction(db(), (tx) =>
            rollUpLoad(
              db(),
              tx,
              { tenantId: TENANT, zone: 'UTC' },
              [...hours].sort((a, b) => a - b),
              NOW,
            ),
          )
        }
        await check()
      }),
      { numRuns: 40 },
    )
  })

  async function check(): Promise<void> {
    const all = await channels()
    const rows = await kept('minute')
    for (const row of rows) {
      const mine = all.filter((c) => isOf(c, row))
      const naive = naiveRow(mine, row.atUs, row.atUs + row.minutes * 60_000_000, [0, 1, 2, 3, 4])
      const levels = { held: [1, 2, 3, 4].map((n) => heldFrom(row, n)), met: [1, 2, 3, 4].map((n) => metFrom(row, n)) }
      expect({ ...figuresOf(row), ...(row.scope === SCOPE.trunk ? levels : {}) }).toEqual(
        row.scope === SCOPE.trunk ? naive : { ...naive, held: undefined, met: undefined },
      )
    }
    // No time is told twice and none is missing.
    for (const first of rows.filter((r, i) => i === 0 || !sameOf(r, rows[i - 1]!))) {
      const mine = rows.filter((r) => sameOf(r, first))
      const taken = mine.reduce((sum, r) => sum + r.takenUs, 0)
      expect(taken).toBe(all.filter((c) => isOf(c, first)).reduce((sum, c) => sum + c.to - c.from, 0))
      for (const [i, row] of mine.entries()) {
        if (i > 0) expect(row.atUs).toBeGreaterThanOrEqual(mine[i - 1]!.atUs + mine[i - 1]!.minutes * 60_000_000)
      }
    }
    for (const c of all) expect(rows.some((r) => isOf(c, r))).toBe(true)
    const quarters = await kept('quarter')
    const ofMinutes = quartersOf(rows).map((q) => ({ ...q, carry: undefined, ends: undefined }))
    expect(quarters.filter((q) => q.scope !== SCOPE.source)).toEqual(ofMinutes)
    for (const row of quarters.filter((q) => q.scope === SCOPE.source)) {
      const naive = naiveRow(
        all.filter((c) => isOf(c, row)),
        row.atUs,
        row.atUs + 900_000_000,
        [],
      )
      // Not all quarters' rows begin with the quarter, so the first instant of a peak of nothing is another.
      expect({ ...figuresOf(row), peakAtUs: row.peak === 0 ? 0 : row.peakAtUs }).toEqual({
        ...naive,
        peakAtUs: row.peak === 0 ? 0 : naive.peakAtUs,
        held: undefined,
        met: undefined,
      })
    }
  }

  function figuresOf(row: LoadRow) {
    return {
      ...{ starts: row.starts, congested: row.congested, cps: row.cps, peak: row.peak, peakAtUs: row.peakAtUs },
      ...{ talkPeak: row.talkPeak, takenUs: row.takenUs, talkUs: row.talkUs },
    }
  }

  function sameOf(a: LoadRow, b: LoadRow): boolean {
    return a.scope === b.scope && a.scopeId === b.scopeId
  }

  function isOf(c: Channel, row: LoadRow): boolean {
    if (row.scope === SCOPE.all) return true
    return row.scope === SCOPE.trunk ? c.trunk === row.scopeId : c.source === row.scopeId
  }
})
