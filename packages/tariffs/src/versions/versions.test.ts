// The life of versions in a real PostgreSQL: drafts, moments, withdrawal, rolling back, edits, export, differences.

import { type Db, transaction } from '@tollbook/db'
import type { PhoneDigits } from '@tollbook/kernel'
import { deckAt, rateCall, type TimeWindow } from '@tollbook/rating'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { deckDetail } from '../deck-detail.ts'
import { listDecks } from '../list-decks.ts'
import { listRates } from '../list-rates.ts'
import { drafted, ensureDestinations, imported, insertTenant, NOW } from '../testing/decks.ts'
import {
  activateDue,
  activateVersion,
  discardDraft,
  type EffectiveFrom,
  rollBackTo,
  withdrawVersion,
} from './activate.ts'
import { diffVersions } from './diff-versions.ts'
import { editRates, type RateEditInput } from './edit-rates.ts'
import { exportVersion } from './export-version.ts'
import { timelineOf, type VersionSpan, versionAt } from './in-force.ts'
import { deckTimeline, loadDeck } from './load-deck.ts'

const db = testDatabase()
const DAY = 86_400_000
const EVER = 4e12
beforeAll(() => insertTenant(db()))

const activate = (deckId: number, version: number, effectiveFrom: EffectiveFrom, nowMs = NOW) =>
  transaction(db(), (tx) => activateVersion(tx, { deckId, version, effectiveFrom, nowMs }))

async function priceAt(deckId: number, atMs: number, digits = '44'): Promise<string | undefined> {
  const timeline = await deckTimeline(db(), deckId, 0, EVER)
  const deck = timeline && deckAt(timeline, atMs)
  const rated = deck && rateCall(deck, { digits: digits as PhoneDigits, atMs, seconds: 60 })
  return rated?.ok ? `${deck?.version}: ${rated.value.amount}` : undefined
}

async function exported(deckId: number, version: number): Promise<string> {
  let text = ''
  for await (const piece of exportVersion(db(), deckId, version)) text += piece
  return text
}

async function states(deckId: number, nowMs: number) {
  const detail = await deckDetail(db(), 1, deckId, nowMs)
  return detail?.versions.map((v) => `${v.version} ${v.state}`).reverse()
}

const listed = async (deckId: number) => (await listDecks(db(), 1)).find((deck) => deck.id === deckId)

const sheet = (price: string, more = '') => `prefix,destination,rate\n44,UK,${price}\n${more}`

describe('a version', () => {
  it('is a draft until it is activated, and counts from a moment on', async () => {
    const { deckId } = await imported(db(), sheet('1'), { name: 'Moments' })
    const { version } = await drafted(db(), sheet('2'), { name: 'Moments' })
    expect(await states(deckId, NOW)).toEqual(['1 in-force', '2 draft'])
    expect(await listed(deckId)).toMatchObject({ version: 1, draft: 2, scheduled: null })
    expect(await priceAt(deckId, NOW + 9 * DAY)).toBe('1: 1000000')
    expect(await activate(deckId, version, NOW + DAY)).toMatchObject({ ok: true })
    expect(await states(deckId, NOW)).toEqual(['1 in-force', '2 scheduled'])
    const scheduled = { version: 2, effectiveFromMs: NOW + DAY }
    expect(await listed(deckId)).toMatchObject({ version: 1, draft: null, scheduled })
    expect(await states(deckId, NOW + DAY)).toEqual(['1 superseded', '2 in-force'])
    expect(await priceAt(deckId, NOW + DAY - 1)).toBe('1: 1000000')
    expect(await priceAt(deckId, NOW + DAY)).toBe('2: 2000000')
    expect(await activate(deckId, version, 'now')).toMatchObject({ ok: false, error: { kind: 'not-a-draft' } })
    expect(await activate(deckId, 9, 'now')).toMatchObject({ ok: false, error: { kind: 'no-such-version' } })
  })

  it('becomes live by the tick once its moment has come, and only then is anything told', async () => {
    const { deckId } = await imported(db(), sheet('1'), { name: 'Ticks' })
    await imported(db(), sheet('2'), { name: 'Ticks', effective: NOW + 2 * DAY })
    expect((await loadDeck(db(), deckId))?.version).toBe(1)
    const before = await changedAt(deckId)
    expect(await activateDue(db(), NOW + DAY)).not.toContain(deckId)
    expect(await changedAt(deckId)).toBe(before)
    expect(await activateDue(db(), NOW + 2 * DAY)).toContain(deckId)
    expect((await loadDeck(db(), deckId))?.version).toBe(2)
    expect(await changedAt(deckId)).toBeGreaterThan(before)
    expect(await activateDue(db(), NOW + 2 * DAY)).not.toContain(deckId)
  })

  it('may begin in the past, is taken out of force again, and is told to listeners with each change', async () => {
    const { deckId } = await imported(db(), sheet('1'), { name: 'Past' })
    const client = await db().pool.connect()
    const heard: (string | undefined)[] = []
    client.on('notification', (n) => heard.push(n.payload))
    await client.query('listen tollbook')
    await imported(db(), sheet('2'), { name: 'Past', effective: NOW - DAY })
    expect(await priceAt(deckId, NOW - DAY)).toBe('2: 2000000')
    const before = await changedAt(deckId)
    const withdraw = (version: number) =>
      transaction(db(), (tx) => withdrawVersion(tx, { deckId, version, nowMs: NOW }))
    expect(await withdraw(2)).toMatchObject({ ok: true })
    expect(await changedAt(deckId)).toBeGreaterThan(before)
    expect(await priceAt(deckId, NOW)).toBe('1: 1000000')
    expect(await withdraw(2)).toMatchObject({ ok: false, error: { kind: 'not-active' } })
    expect(await withdraw(1)).toMatchObject({ ok: true })
    expect(await priceAt(deckId, NOW)).toBeUndefined()
    await client.query('select 1')
    expect(heard).toEqual(['decks', 'decks', 'decks'])
    client.release(true)
  })

  it('is rolled back to as a new one that shares its rates; a draft is discarded, and nothing else', async () => {
    const { deckId } = await imported(db(), sheet('1'), { name: 'Back' })
    await imported(db(), sheet('2'), { name: 'Back' })
    const roll = await transaction(db(), (tx) => rollBackTo(tx, { deckId, version: 1, nowMs: NOW + DAY, note: 'slip' }))
    expect(roll).toEqual({ ok: true, value: { version: 3 } })
    const again = await transaction(db(), (tx) => rollBackTo(tx, { deckId, version: 3, nowMs: NOW + 2 * DAY }))
    expect(again).toEqual({ ok: true, value: { version: 4 } })
    expect(await priceAt(deckId, NOW)).toBe('2: 2000000')
    expect(await priceAt(deckId, NOW + DAY)).toBe('3: 1000000')
    expect(await priceAt(deckId, NOW + 2 * DAY)).toBe('4: 1000000')
    expect(await exported(deckId, 4)).toBe(await exported(deckId, 1))
    expect((await listRates(db(), deckId, { version: 4 })).items.map((r) => r.pricePerMinute)).toEqual(['1'])
    const { rows } = await db().pool.query('select distinct version from rate where deck_id = $1 order by 1', [deckId])
    expect(rows.map((r) => r.version)).toEqual([1, 2])
    const { version } = await drafted(db(), sheet('5'), { name: 'Back' })
    const discard = (v: number) => transaction(db(), (tx) => discardDraft(tx, { deckId, version: v }))
    expect(await transaction(db(), (tx) => rollBackTo(tx, { deckId, version, nowMs: NOW }))).toMatchObject({
      error: { kind: 'still-a-draft' },
    })
    expect(await discard(2)).toMatchObject({ error: { kind: 'not-a-draft' } })
    expect(await discard(version)).toMatchObject({ ok: true })
    expect(await states(deckId, NOW + 2 * DAY)).toEqual(['1 superseded', '2 superseded', '3 superseded', '4 in-force'])
  })
})

async function changedAt(deckId: number): Promise<number> {
  const { rows } = await db().pool.query('select changed_at from rate_deck where deck_id = $1', [deckId])
  return rows[0].changed_at.getTime()
}

describe('timelineOf', () => {
  it('leaves a scheduled version its day, whatever is changed before', async () => {
    const { deckId } = await imported(db(), sheet('1'), { name: 'Planned' })
    await imported(db(), sheet('2'), { name: 'Planned', effective: NOW + 5 * DAY })
    await imported(db(), sheet('3'), { name: 'Planned', nowMs: NOW + DAY })
    await imported(db(), sheet('4'), { name: 'Planned', effective: 'always', nowMs: NOW + 2 * DAY })
    expect(await priceAt(deckId, NOW)).toBe('4: 4000000')
    expect(await priceAt(deckId, NOW + 4 * DAY)).toBe('4: 4000000')
    expect(await priceAt(deckId, NOW + 5 * DAY)).toBe('2: 2000000')
    expect(await states(deckId, NOW + 2 * DAY)).toEqual(['1 superseded', '2 scheduled', '3 superseded', '4 in-force'])
    const live = { version: 4, scheduled: { version: 2, effectiveFromMs: NOW + 5 * DAY } }
    expect(await listed(deckId)).toMatchObject(live)
    // Once it has come, what is changed later counts again.
    await imported(db(), sheet('5'), { name: 'Planned', nowMs: NOW + 6 * DAY })
    expect(await priceAt(deckId, NOW + 6 * DAY)).toBe('5: 5000000')
    expect(await listed(deckId)).toMatchObject({ version: 5, scheduled: null })
  })

  it('always has the active version that took over last of those that have begun', () => {
    const version = fc.record({
      state: fc.constantFrom('draft', 'active', 'withdrawn'),
      effectiveFromMs: fc.integer({ min: 0, max: 8 }),
      activatedAtMs: fc.integer({ min: 0, max: 8 }),
    })
    fc.assert(
      fc.property(fc.array(version, { maxLength: 8 }), fc.integer({ min: 0, max: 9 }), (drawn, at) => {
        const versions = drawn.map((v, i) => ({ ...v, version: i + 1 }) as VersionSpan)
        const begun = versions.filter((v) => v.state === 'active' && v.effectiveFromMs <= at)
        const spans = timelineOf(versions)
        const rank = (v: VersionSpan) => 100 * Math.max(v.effectiveFromMs, v.activatedAtMs ?? 0) + v.version
        const [last] = begun.toSorted((a, b) => rank(b) - rank(a))
        expect(versionAt(spans, at)).toBe(last?.version ?? 0)
        expect(spans.map((s) => s.fromMs)).toEqual([...new Set(spans.map((s) => s.fromMs))].sort((a, b) => a - b))
      }),
    )
  })
})

const WINDOWS: readonly TimeWindow[] = [
  { id: 3, name: 'Peak', priority: 1, rules: [{ weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1080 }] },
]

const FULL = [
  'prefix,destination,rate,connect_fee,first_block,increment,effective_from,valid_to,window,anchor,grace,disconnect_fee,disconnect_after,minimum_charge,maximum_charge,after_maximum,tiers',
  '*,"Else, where",1,0,60,60,,,,,,,,,,,',
  '44,UK,0.0575,0.01,30,6,2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,,zero,5,0.02,10,0.03,9.5,stop,60:0.1:0.05:6 120:0.2:0:1',
  '44,UK,0.07,0,30,6,2026-01-01T00:00:00Z,,Peak,,,,,,0,,',
  "_1NXX.,'=Sum,0.000001,0,1,1,,,,,,,,,,,",
].join('\r\n')

describe('exportVersion', () => {
  it('gives a sheet that imports again to the very same rates', async () => {
    const first = await imported(db(), FULL, { name: 'Exported', windows: WINDOWS })
    expect(first).toMatchObject({ rates: 4, problemCount: 0 })
    const text = await exported(first.deckId, 1)
    const second = await imported(db(), text, { name: 'Exported' })
    expect(second).toMatchObject({ version: 2, rates: 4, problemCount: 0 })
    expect(await exported(first.deckId, 2)).toBe(text)
    expect(await rawRates(db(), first.deckId, 2)).toEqual(await rawRates(db(), first.deckId, 1))
    const items = (await listRates(db(), first.deckId, { version: 1, search: '44' })).items
    expect(items.map((r) => [r.window, r.windowId, r.tiers.length, r.maximumCharge])).toEqual([
      ['', 0, 2, '9.5'],
      ['Peak', 3, 0, '0'],
    ])
    expect(text).toContain(`,'=Sum,`)
  })

  it("does so for a deck in A2Billing's manner too", async () => {
    const sheet =
      'dialprefix;rateinitial;initblock;billingblock;connectcharge;stepchargea;chargea;timechargea;billingblocka;additional_grace;minimal_cost;startdate;starttime;endtime\n' +
      '44;0.05;60;0;0.1;-0.08;0.15979;60;6;2;0.5;2026-01-01 00:00:00;0;10079\n_44[1-3]X.;0.05;0;6;0;0;0;0;0;0;0;0000-00-00;480;6239'
    const { deckId } = await imported(db(), sheet, { name: 'Bee' })
    expect(await deckDetail(db(), 1, deckId, NOW)).toMatchObject({ mode: 'a2billing', places: 6, rounding: 'half-up' })
    expect(await imported(db(), await exported(deckId, 1), { name: 'Bee' })).toMatchObject({
      version: 2,
      rates: 2,
      problemCount: 0,
    })
    expect(await rawRates(db(), deckId, 2)).toEqual(await rawRates(db(), deckId, 1))
    expect((await loadDeck(db(), deckId))?.mode).toBe('a2billing')
    const plain = { name: 'Moments', allowProblems: true }
    await expect(imported(db(), sheet, plain)).rejects.toThrow('not one in A2Billing')
  })

  it('leaves out what no rate needs', async () => {
    const { deckId } = await imported(db(), sheet('0.5'), { name: 'Plain' })
    expect(await exported(deckId, 1)).toBe(
      'prefix,destination,rate,connect_fee,first_block,increment\r\n44,UK,0.5,0,60,60\r\n',
    )
    expect(await exported(deckId, 7)).toBe('prefix,destination,rate,connect_fee,first_block,increment\r\n')
  })
})

async function rawRates(on: Db, deckId: number, version: number) {
  const { rows } = await on.pool.query(
    `select to_jsonb(r) - 'version' as rate from rate r where deck_id = $1 and version = $2 order by prefix, window_id, effective_from`,
    [deckId, version],
  )
  return rows.map((row) => row.rate)
}

describe('editRates', () => {
  const edit = (input: Omit<RateEditInput, 'nowMs' | 'effectiveFrom'> & Partial<RateEditInput>) =>
    editRates(db(), { nowMs: NOW, effectiveFrom: 'now', ...input }, ensureDestinations)

  it('changes some rates in a new version and keeps all others', async () => {
    const { deckId } = await imported(db(), FULL, { name: 'Edited', windows: WINDOWS })
    const done = await edit({
      deckId,
      set: [
        { prefix: '44', windowId: 3, pricePerMinute: '0.09' },
        { prefix: '33', destination: 'France', pricePerMinute: '0.02' },
      ],
      remove: [{ prefix: '', windowId: 0 }],
    })
    expect(done).toEqual({ ok: true, value: { version: 2, rates: 4 } })
    const { items } = await listRates(db(), deckId)
    expect(items.map((r) => `${r.prefix} ${r.window} ${r.pricePerMinute}`).sort()).toEqual(
      ['33  0.02', '44  0.0575', '44 Peak 0.09', '_1NXX.  0.000001'].sort(),
    )
    const kept = (rates: Awaited<ReturnType<typeof rawRates>>) =>
      rates.filter((r) => r.prefix === '44' && r.window_id === 0)
    expect(kept(await rawRates(db(), deckId, 2))).toEqual(kept(await rawRates(db(), deckId, 1)))
    expect(await states(deckId, NOW)).toEqual(['1 superseded', '2 in-force'])
  })

  it('keeps a window that unchanged rates hold in', async () => {
    const windows: TimeWindow[] = [{ id: 1, name: 'day', priority: 1, rules: [{ fromMinute: 480, toMinute: 1200 }] }]
    const { deckId } = await imported(db(), sheet('1'), { name: 'Lost window' })
    const rate = { prefix: '44', windowId: 1, destination: 'UK', pricePerMinute: '2' }
    expect(await edit({ deckId, windows, set: [rate] })).toMatchObject({ ok: true })
    expect(await edit({ deckId, windows: [] })).toMatchObject({ ok: false, error: { kind: 'bad-rate' } })
    const remove = [{ prefix: '44', windowId: 1 }]
    expect(await edit({ deckId, windows: [], remove })).toMatchObject({ ok: true })
  })

  it('refuses the whole edit when one change is wrong', async () => {
    const { deckId } = await imported(db(), sheet('1'), { name: 'Wrong edits' })
    const good = { prefix: '33', destination: 'France', pricePerMinute: '1' }
    const refused = async (set: RateEditInput['set']) => {
      const done = await edit({ deckId, set })
      return done.ok ? 'done' : `${done.error.at} ${done.error.message}`
    }
    expect(await refused([good, { prefix: '44', pricePerMinute: '1,500' }])).toMatch(/^1 pricePerMinute "1,500" may be/)
    expect(await refused([{ prefix: '49', destination: 'Germany' }])).toBe('0 A new rate needs a price.')
    expect(await refused([{ ...good, windowId: 4 }])).toBe('0 There is no time window 4.')
    expect(await refused([{ ...good, incrementSeconds: 0 }])).toBe('0 The increment is at least one second.')
    expect(await refused([{ ...good, validToMs: 0 }])).toBe('0 The rate would end before it begins.')
    expect(await states(deckId, NOW)).toEqual(['1 in-force'])
    expect(await edit({ deckId: 999 })).toMatchObject({ error: { kind: 'no-such-deck' } })
    expect(await edit({ deckId, base: 5 })).toMatchObject({ error: { kind: 'no-such-version' } })
  })
})

describe('diffVersions', () => {
  it('tells new, raised, lowered, closed, other terms and the same', async () => {
    const header = 'prefix,destination,rate,blocks,effective_from\n'
    const before =
      '1,US,1,60/60,\n2,B,1,30/6,\n3,C,1,1/1,\n4,D,1,1/1,\n5,E,1,1/1,2026-01-01\n5,E,2,1/1,2026-02-01\n6,F,0.1,1/1,'
    const after =
      '1,US,1,60/60,\n2,B,1,60/60,\n3,C,1.5,1/1,\n7,G,1,1/1,\n5,E,3,1/1,2026-01-01\n5,E,2,1/1,2026-02-01\n6,F,0.05,1/1,'
    const { deckId } = await imported(db(), header + before, { name: 'Diff' })
    await drafted(db(), header + after, { name: 'Diff' })
    const diff = await diffVersions(db(), { deckId, version: 2, against: 1 })
    expect(diff.counts).toEqual({ new: 1, raised: 1, lowered: 1, closed: 1, terms: 2, same: 1 })
    expect(diff.items.map((c) => `${c.prefix} ${c.kind} ${c.oldPrice} ${c.newPrice} ${c.terms}`)).toEqual([
      '2 terms 1 1 30/6 → 60/60',
      '3 raised 1 1.5 ',
      '4 closed 1 null ',
      '5 terms 2 2 earlier starts differ',
      '6 lowered 0.1 0.05 ',
      '7 new null 1 ',
    ])
    expect(diff).toMatchObject({ next: null, doubledCount: 0 })
    const back = await diffVersions(db(), { deckId, version: 1, against: 2, kind: 'raised' })
    expect(back.items.map((c) => c.prefix)).toEqual(['6'])
    expect(back.doubled.map((c) => [c.prefix, c.oldPrice, c.newPrice])).toEqual([['6', '0.05', '0.1']])
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await diffVersions(db(), { deckId, version: 2, against: 1, limit: 4, cursor })
      seen.push(...page.items.map((c) => c.prefix))
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(['2', '3', '4', '5', '6', '7'])
    expect((await diffVersions(db(), { deckId, version: 2, against: 1, search: 'G' })).items).toHaveLength(1)
    expect((await diffVersions(db(), { deckId, version: 2, against: 0 })).counts).toMatchObject({ new: 6, same: 0 })
  })
})
