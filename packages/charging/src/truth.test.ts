// The recordings against what truly happened: tables written down by looking at channels and bridges, never at CDR rows.
// Both Asterisks, each from AMI, from the PBX's files, and from CDR rows alone, through the import that everybody uses.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StoryJson, storyJson } from '@tollbook/calls/story'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { asTenantId, fixedClock } from '@tollbook/kernel'
import { recorded, recordedFiles, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importCdrs } from './import-cdrs.ts'
import { callStories } from './stories.ts'

const db = testDatabase()
const TENANT = asTenantId(1)
const NOW = Date.parse('2026-11-24T12:00:00Z')
const dir = mkdtempSync(join(tmpdir(), 'tollbook-truth-'))
afterAll(() => rmSync(dir, { recursive: true }))

beforeAll(async () => {
  await transaction(db(), (tx) => ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, NOW))
})
beforeEach(async () => {
  const tables = ['leg', 'call', 'seizure', 'cel', 'queue_event', 'batch', 'ingest_reject', 'import', 'record_coverage']
  await db().pool.query(`truncate ${tables.join(', ')}; delete from source; delete from account`)
})

/** Imports recordings as one source and answers with the stories of all calls. */
async function storiesOf(paths: readonly string[]): Promise<StoryJson[]> {
  for (const path of paths) {
    const file = join(dir, path.replaceAll('/', '-'))
    writeFileSync(file, recorded(path))
    const asked = { tenantId: TENANT, source: 'lab', zone: 'auto', filename: path, path: file, clock: fixedClock(NOW) }
    const report = await importCdrs(db(), asked)
    if (!report.ok) throw new Error(`${path}: ${report.error.reason}`)
  }
  const stories: StoryJson[] = []
  for await (const page of callStories(db(), { tenantId: TENANT, fromMs: NOW - 10 * 86_400_000, toMs: NOW })) {
    stories.push(...page.map(({ story }) => storyJson(story)))
  }
  return stories
}

// The tables as they are written: see packages/testkit/recorded/truth.
type Truth = {
  readonly schema: string
  readonly captures: Readonly<Record<string, { readonly calls: readonly TrueCall[] } | undefined>>
}
type TrueCall = Readonly<
  Record<(typeof PLAIN)[number] | (typeof SECONDS)[number] | (typeof TEXTS)[number], unknown>
> & {
  readonly linkedid: string
  readonly uniqueids: readonly string[]
  readonly direction_accept: readonly string[]
  readonly caller: Readonly<Record<string, unknown>>
  readonly answered_by: {
    readonly endpoint: string
    readonly member: string | null
    readonly number: string | null
  } | null
  readonly rung: readonly (Rung & { readonly ring_s: number })[]
  readonly transfer: Readonly<Record<string, unknown>> | null
  readonly queue: Readonly<Record<string, unknown>> | null
  readonly talk_intervals: readonly (readonly [number, number])[]
  readonly trunk_legs: readonly { readonly channel: string; readonly side: string; readonly seized_s: number }[]
  readonly cdr_rows: readonly (Row & { readonly in_master_csv: boolean; readonly in_ami: boolean })[]
  readonly cdr_only: { readonly outcome_accept: readonly string[]; readonly talk_s_range: readonly [number, number] }
  readonly tolerance: { readonly events_s: number }
}
type Rung = {
  readonly endpoint: string
  readonly result: string
  readonly alerted: boolean
  readonly hangup_cause: unknown
}
type Row = {
  readonly uniqueid: string
  readonly sequence: number | null
  readonly role: string
  readonly talk_row: boolean
}

const PLAIN = ['dialled', 'account', 'outcome', 'attempts'] as const
const TEXTS = ['start_epoch', 'end_epoch'] as const
const SECONDS = ['total_s', 'talk_s', 'time_to_answer_s', 'ring_s', 'queue_wait_s', 'system_s'] as const
const ANSWERED = ['kind', 'endpoint', 'number'] as const
const TRANSFER = ['kind', 'by', 'transferer', 'target_dialled', 'target_answered_by_person'] as const

/** AMI says when it sent an event, some milliseconds after it happened. */
const SENDING_S = 0.01

/** What differs, in words; empty when all is as it was. */
function differences(told: StoryJson | undefined, truth: TrueCall, way: 'ami' | 'csv'): string[] {
  if (!told) return ['the call is not there']
  const found: string[] = []
  const same = (what: string, is: unknown, was: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(was))
      found.push(`${what}: ${JSON.stringify(is)}, was ${JSON.stringify(was)}`)
  }
  const near = (what: string, is: number | null | undefined, was: unknown) => {
    const both = typeof is === 'number' && typeof was === 'number'
    if (both ? Math.abs(is - was) > truth.tolerance.events_s + SENDING_S : is !== was) same(what, is, was)
  }
  same('uniqueids', told.uniqueids.toSorted(), truth.uniqueids.toSorted())
  if (!truth.direction_accept.includes(told.direction)) same('direction', told.direction, truth.direction_accept)
  for (const key of PLAIN) same(key, told[key], truth[key])
  for (const key of [...SECONDS, ...TEXTS]) near(key, told[key], truth[key])
  for (const key of ['number', 'name', 'endpoint'] as const) same(`caller.${key}`, told.caller[key], truth.caller[key])
  same('answered_by', pick(told.answered_by, ANSWERED), pick(truth.answered_by, ANSWERED))
  // Queue members are named by queue events, which the session with CDR and CEL alone did not ask for.
  if (way === 'csv') same('member', told.answered_by?.member ?? null, truth.answered_by?.member ?? null)
  const rungText = (r: Rung) => `${r.endpoint} ${r.result} ${r.alerted} ${r.hangup_cause}`
  same('rung', told.rung.map(rungText).toSorted(), truth.rung.map(rungText).toSorted())
  same('transfer', pick(told.transfer, TRANSFER), pick(truth.transfer, TRANSFER))
  same('queue', pick(told.queue, ['name', 'result']), pick(truth.queue, ['name', 'result']))
  same('stretches of talk', told.talk_intervals.length, truth.talk_intervals.length)
  truth.talk_intervals.flat().forEach((at, i) => {
    near('talk', told.talk_intervals.flat()[i], at)
  })
  same(
    'trunks',
    told.trunk_legs.map((t) => [t.channel, t.side]),
    truth.trunk_legs.map((t) => [t.channel, t.side]),
  )
  for (const [i, leg] of truth.trunk_legs.entries()) near('seized', told.trunk_legs[i]?.seized_s, leg.seized_s)
  const rowText = (r: Row) => `${r.uniqueid} ${r.sequence} ${r.role}${r.talk_row ? ', talk' : ''}`
  const known = new Set(truth.cdr_rows.map(rowText))
  for (const row of told.cdr_rows) if (!known.has(rowText(row))) found.push(`row ${rowText(row)} is another`)
  const there = new Set(told.cdr_rows.map(rowText))
  const sent = truth.cdr_rows.filter((row) => (way === 'ami' ? row.in_ami : row.in_master_csv))
  for (const row of sent) if (!there.has(rowText(row))) found.push(`row ${rowText(row)} is not there`)
  return found
}

function pick(from: object | null, keys: readonly string[]): unknown {
  if (from === null) return null
  return keys.map((key) => (from as Record<string, unknown>)[key])
}

const TRUTHS = recordedFiles('truth').flatMap((name): [string, Truth][] => {
  const truth: Truth = JSON.parse(recorded(`truth/${name}`).toString())
  return truth.schema === 'tollbook-truth/1' ? [[name, truth]] : []
})
/** A session of its own, recorded after the whole run. */
const APART = new Set(['csvdrop.json'])

describe.each(['asterisk-22', 'asterisk-16'] as const)('%s', (version) => {
  const ways = {
    ami: [`${version}/all-cdr-cel.ami`],
    csv: [`${version}/Master.csv`, `${version}/Cel.csv`, `${version}/queue_log`],
  }

  it.each(['ami', 'csv'] as const)('every call is told as it was: %s', async (way) => {
    const stories = new Map((await storiesOf(ways[way])).map((story) => [story.linkedid, story]))
    const found = TRUTHS.filter(([name]) => !APART.has(name)).flatMap(([name, truth]) =>
      (truth.captures[version]?.calls ?? []).flatMap((call) =>
        differences(stories.get(call.linkedid), call, way).map((difference) => `${name} ${difference}`),
      ),
    )
    expect(found).toEqual([])
    expect(stories.size).toBe(41)
  })

  it('CDR rows alone say nothing that was not so', async () => {
    const stories = new Map((await storiesOf([`${version}/Master.csv`])).map((story) => [story.linkedid, story]))
    const found = TRUTHS.flatMap(([name, truth]) =>
      (truth.captures[version]?.calls ?? []).flatMap(({ linkedid, cdr_only: { outcome_accept, talk_s_range } }) => {
        const { outcome = '', talk_s = -1 } = stories.get(linkedid) ?? {}
        const [least, most] = talk_s_range
        const fits = outcome_accept.includes(outcome) && talk_s >= least && talk_s <= most
        return fits ? [] : [`${name} ${outcome} ${talk_s}, was ${outcome_accept} ${least} to ${most}`]
      }),
    )
    expect(found).toEqual([])
  })
})

/** How often each value comes. */
function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values.toSorted()) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

it('sums of all scenarios together', async () => {
  const truth = JSON.parse(recorded('truth/composite-all-run-22.json').toString())
  const stories = await storiesOf(['asterisk-22/Master.csv', 'asterisk-22/Cel.csv', 'asterisk-22/queue_log'])
  expect(stories).toHaveLength(truth.human_calls)
  expect(tally(stories.map((s) => s.outcome))).toEqual(truth.outcomes)
  expect(tally(stories.map((s) => s.direction))).toEqual(truth.directions)
  expect(sum(stories.map((s) => s.attempts))).toBe(truth.attempts)
  for (const key of ['talk_s', 'ring_s', 'queue_wait_s', 'system_s'] as const) {
    const off = Math.abs(sum(stories.map((s) => s[key])) - truth[`${key}_total`])
    expect(off, key).toBeLessThanOrEqual(truth.talk_s_tolerance.events_s)
  }
  const outbound = stories.flatMap((s) => s.trunk_legs.filter((leg) => leg.side === 'outbound'))
  expect(outbound).toHaveLength(truth.outbound_trunk_attempts)
  expect(sum(outbound.map((leg) => leg.answered_s))).toBeCloseTo(truth.outbound_trunk_answered_s, 1)
  // One account code is longer than a record of cdr_csv may be: only the channel events tell it.
  const accounts = stories.map((s) => (s.account?.startsWith('ACCOUNT-') ? '' : (s.account ?? '')))
  expect(tally(accounts)).toEqual(truth.calls_per_account)
})

it('three thousand calls under load', async () => {
  const truth = JSON.parse(recorded('truth/bulk-22.json').toString()).all
  const stories = await storiesOf(['bulk-22/Master.csv.gz', 'bulk-22/Cel.csv.gz'])
  expect(stories).toHaveLength(truth.human_calls)
  expect(tally(stories.map((s) => s.outcome))).toEqual(truth.outcomes)
  expect(Math.abs(sum(stories.map((s) => s.talk_s)) - truth.talk_s_total)).toBeLessThanOrEqual(16.1)
  expect(tally(stories.map((s) => s.account ?? ''))).toEqual(truth.calls_per_account)
  // What is kept of each call, and charged, is in whole seconds.
  const { rows } = await db().pool.query('select sum(talk_s)::int as talk from call')
  expect(Math.abs(rows[0].talk - truth.talk_whole_seconds_total)).toBeLessThanOrEqual(
    truth.talk_whole_seconds_tolerance,
  )
}, 120_000)
