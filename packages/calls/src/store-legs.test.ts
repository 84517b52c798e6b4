// Storing legs on a real PostgreSQL: nothing twice, late legs restitch, and batches may be cut anywhere.

import { ensureMonths, transaction } from '@tollbook/db'
import { asSourceId, asTenantId, WAY } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Attribution, CallDraft } from './call.ts'
import type { Cel } from './cel.ts'
import { DISPOSITION, type Leg } from './leg.ts'
import { callKeyOf } from './leg-key.ts'
import { compileRules } from './rules/compile-rules.ts'
import { DEFAULT_RULES } from './rules/default-rules.ts'
import { type StoredLegs, storeLegs } from './store-legs.ts'

const db = testDatabase()
const TENANT = asTenantId(1)
const SOURCE = asSourceId(1)
const T0 = 1_795_440_000_000

beforeEach(async () => {
  await ensureMonths(db(), ['2026-11', '2026-12'])
  await db().pool.query('truncate leg, call, call_segment, seizure, call_change, cel, batch')
})

/** Call `c`, its leg `n`; odd legs are answered. Calls begin half an hour apart, so that some lie in December. */
function leg(c: number, n: number, change: Partial<Leg> = {}): Leg {
  const openedAtMs = T0 + c * 30 * 3_600_000
  const linkedid = `${openedAtMs / 1000}.${c}`
  const answered = n % 2 === 1
  return {
    callKey: callKeyOf(openedAtMs, SOURCE, linkedid),
    openedAtMs,
    legKey: BigInt(n) - 5n,
    startedAtMs: openedAtMs + n * 10_000,
    answeredAtMs: answered ? openedAtMs + n * 10_000 + 3000 : undefined,
    endedAtMs: openedAtMs + n * 10_000 + 9000,
    durationS: 9,
    billsec: answered ? 6 : 0,
    sequence: c * 10 + n,
    line: 1,
    disposition: answered ? DISPOSITION.ANSWERED : DISPOSITION['NO ANSWER'],
    amaflags: 3,
    uniqueid: linkedid,
    linkedid,
    channel: `PJSIP/alice-0000000${c}`,
    dstchannel: `PJSIP/carrier-000000${c}${n}`,
    src: '1001',
    dst: '442071838750',
    clid: '"Zoë\t\\N" <1001>',
    dcontext: 'lab',
    lastapp: 'Dial',
    lastdata: '',
    accountcode: n === 2 ? 'ACME' : '',
    peeraccount: '',
    userfield: '',
    did: '',
    recording: '',
    extras: undefined,
    ...change,
  }
}

const FROM = { way: WAY.file, toldBy: 'import 1', zone: 'UTC', rules: compileRules(DEFAULT_RULES) } as const
let batches = 0

function store(legs: readonly Leg[], cel: readonly Cel[] = []): Promise<StoredLegs> {
  const batchId = `00000000-0000-4000-8000-${String(++batches).padStart(12, '0')}`
  return transaction(db(), (tx) =>
    storeLegs(
      tx,
      { tenantId: TENANT, sourceId: SOURCE, batchId, receivedAtMs: T0, ...FROM, legs, cel, queue: [] },
      attribute,
    ),
  )
}

function attribute(drafts: readonly CallDraft[]): Attribution[] {
  return drafts.map((draft) => ({
    ...{ direction: 2, trunkId: 4, carrierId: 5, destinationId: 6, countryId: 7 },
    accountId: draft.accountcode === 'ACME' ? 9 : 0,
    ofSegments: draft.segments.map(() => ({ accountId: 0, trunkId: 4, carrierId: 5, destinationId: 6, countryId: 7 })),
    ofSeizures: draft.seizures.map(() => ({ trunkId: 4, carrierId: 5 })),
  }))
}

/** The calls as they stand, without what depends on when and in how many pieces they came. */
async function callRows(): Promise<unknown[]> {
  const { rows } = await db().pool.query('select * from call order by call_key')
  return rows.map(({ revision: _, stitched_at: __, ...row }) => row)
}

async function somebodyWaits(): Promise<boolean> {
  const { rows } = await db().pool.query(
    `select 1 from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`,
  )
  return rows.length > 0
}

describe('storeLegs', () => {
  it('stores legs and their calls, each once', async () => {
    const legs = [leg(1, 1), leg(1, 2), leg(2, 2), leg(1, 1)]
    const first = await store(legs)
    expect(first).toMatchObject({ inserted: 3, duplicates: 1, newCalls: 2 })
    expect(first.calls.map((call) => [call.legs, call.talkS, call.accountId, call.revision])).toEqual([
      [2, 6, 9, 0],
      [1, 0, 9, 0],
    ])
    expect(await store(legs)).toMatchObject({ inserted: 0, duplicates: 4, newCalls: 0, calls: [] })
    const { rows } = await db().pool.query(
      'select clid, from_name, outcome, legs, bill_s from leg join call using (call_key)',
    )
    expect(rows).toHaveLength(3)
    expect(rows[0]).toMatchObject({ clid: '"Zoë\t\\N" <1001>', from_name: 'Zoë\t\\N' })
    const { rows: count } = await db().pool.query('select count(*)::int as batches, sum(legs)::int as legs from batch')
    expect(count).toEqual([{ batches: 1, legs: 3 }])
  })

  it('leaves a line of what a late leg changed, and none when it changed nothing', async () => {
    await store([leg(1, 2)])
    await store([leg(1, 2), leg(1, 1)])
    await store([leg(1, 1)])
    const { rows } = await db().pool.query('select * from call_change')
    expect(rows).toMatchObject([{ revision: 1, cause: 'late-rows', before: { legs: 1, talkS: 0, outcome: 2 } }])
    expect(rows[0].after).toMatchObject({ legs: 2, talkS: 6, billS: 6, outcome: 1 })
    expect(Object.keys(rows[0].after)).toEqual(Object.keys(rows[0].before))
    expect(rows[0].before).not.toHaveProperty('fromNumber')
  })

  it('stitches a call again when a leg comes late, and says so once', async () => {
    await store([leg(1, 2), leg(2, 2)])
    const late = await store([leg(1, 2), leg(1, 1), leg(3, 2)])
    expect(late).toMatchObject({ inserted: 2, duplicates: 1, newCalls: 1 })
    expect(late.calls.map((call) => [call.revision, call.legs, call.talkS])).toEqual([
      [1, 2, 6],
      [0, 1, 0],
    ])
    const inPieces = await callRows()
    await db().pool.query('truncate leg, call, seizure, batch')
    await store([leg(3, 2), leg(1, 1), leg(2, 2), leg(1, 2)])
    expect(await callRows()).toEqual(inPieces)
  })

  it('writes nothing when the transaction is rolled back, and works on the same connection afterwards', async () => {
    const failing = transaction(db(), async (tx) => {
      const batch = { tenantId: TENANT, sourceId: SOURCE, batchId: '00000000-0000-4000-8000-00000000ffff' }
      await storeLegs(tx, { ...batch, receivedAtMs: T0, ...FROM, legs: [leg(1, 1)], cel: [], queue: [] }, attribute)
      throw new Error('crash')
    })
    await expect(failing).rejects.toThrow('crash')
    expect(await callRows()).toEqual([])
    expect(await store([leg(1, 1)])).toMatchObject({ inserted: 1 })
  })

  it('gives the same calls from any order and any batches', async () => {
    const all = [1, 2, 3, 4].flatMap((c) => [1, 2, 3].map((n) => leg(c, n)))
    await store(all)
    const expected = await callRows()
    const pieces = fc.tuple(
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 }),
    )
    await fc.assert(
      fc.asyncProperty(pieces, async ([legs, sizes]) => {
        await db().pool.query('truncate leg, call, seizure, batch')
        let inserted = 0
        for (let at = 0, i = 0; at < legs.length; at += sizes[i++]!) {
          inserted += (await store(legs.slice(at, at + sizes[i]!))).inserted
        }
        expect(inserted).toBe(all.length)
        expect(await callRows()).toEqual(expected)
      }),
      { numRuns: 25 },
    )
  })

  it('gives one call from two writers that bring its legs at once', async () => {
    const runs = [1, 2, 3, 4, 5, 6, 7, 8].map((c) => [leg(c, 1), leg(c, 2)] as const)
    const [left, right] = await Promise.all([store(runs.map((r) => r[0])), store(runs.map((r) => r[1]))])
    expect(left.inserted + right.inserted).toBe(16)
    expect(left.newCalls + right.newCalls).toBe(8)
    const { rows } = await db().pool.query('select distinct legs, talk_s, account_id from call')
    expect(rows).toEqual([{ legs: 2, talk_s: 6, account_id: 9 }])
  })

  it('stores each leg once when two writers bring the same file, both having looked before either wrote', async () => {
    const all = Array.from({ length: 20 }, (_, c) => [leg(c, 1), leg(c, 2)]).flat()
    // Each writer has a third of its own; the one that comes second finds legs and calls taken by uncommitted rows.
    const [left, right] = await Promise.all([store(all.slice(0, 30)), store(all.slice(10))])
    expect(left.inserted + right.inserted).toBe(all.length)
    expect(left.duplicates + right.duplicates).toBe(20)
    expect(left.newCalls + right.newCalls).toBe(20)
    const together = await callRows()
    await db().pool.query('truncate leg, call, seizure, batch')
    await store(all)
    expect(together).toEqual(await callRows())
  })

  it('lets the second writer store what the first one took back', async () => {
    const legs = [leg(1, 1), leg(1, 2), leg(2, 1)]
    const first = transaction(db(), async (tx) => {
      const batch = { tenantId: TENANT, sourceId: SOURCE, batchId: '00000000-0000-4000-8000-00000000fffe' }
      await storeLegs(tx, { ...batch, receivedAtMs: T0, ...FROM, legs, cel: [], queue: [] }, attribute)
      let settled = false
      const second = store(legs).finally(() => {
        settled = true
      })
      // It has looked, found nothing, and waits for these rows: only then is anything taken back.
      while (!settled && !(await somebodyWaits())) {}
      expect(settled).toBe(false)
      throw Object.assign(new Error('crash'), { second })
    })
    const { second } = await first.catch((error) => error)
    expect(await second).toMatchObject({ inserted: 3, duplicates: 0, newCalls: 2 })
  })

  it('keeps channel events once, with or without legs', async () => {
    const { callKey, openedAtMs, uniqueid, linkedid, channel } = leg(1, 1)
    const event: Cel = {
      ...{
        callKey,
        openedAtMs,
        uniqueid,
        linkedid,
        channel,
        eventKey: -7n,
        happenedAtMs: T0 + 5,
        arrival: 1,
        event: 'HANGUP',
      },
      ...{ exten: '', context: 'lab', app: '', appdata: '', cidNum: '1', cidName: '', peer: '', accountcode: '' },
      ...{ userfield: '', extra: '{"hangupcause":16}' },
    }
    expect(await store([], [event, event])).toMatchObject({ celInserted: 1, inserted: 0 })
    expect(await store([leg(1, 1)], [event])).toMatchObject({ celInserted: 0, inserted: 1 })
    const { rows } = await db().pool.query('select event, extra, exten, happened_at from cel')
    expect(rows).toEqual([{ event: 'HANGUP', extra: '{"hangupcause":16}', exten: null, happened_at: new Date(T0 + 5) }])
  })
})
