// A telephone that consults by a second call of its own and transfers: Asterisk leaves two linkedids, a person sees one call.

import { ensureMonths, transaction } from '@tollbook/db'
import { asSourceId, asTenantId, WAY } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Attribution, CallDraft } from './call.ts'
import type { Cel } from './cel.ts'
import type { Leg } from './leg.ts'
import { callKeyOf, hash64 } from './leg-key.ts'
import { compileRules, DEFAULT_RULES } from './rules/index.ts'
import { storeLegs } from './store-legs.ts'
import { readStories } from './story/index.ts'
import { tagCalls } from './tags.ts'

const db = testDatabase()
const TENANT = asTenantId(1)
const SOURCE = asSourceId(1)
const RULES = compileRules(DEFAULT_RULES)
const T0 = 1_795_440_000_000
beforeAll(() => ensureMonths(db(), ['2026-11']))
beforeEach(() =>
  db().pool.query('truncate leg, cel, call, call_tag, call_segment, seizure, call_change, call_join, batch'),
)

// The call from outside by trunk X to telephone P1; the telephone's own call P2 to a mobile Y by a trunk; both joined at 60 s.
const [A, B] = ['1795440000.1', '1795440030.3']
const CHANNELS = {
  X: 'PJSIP/trunk-00000001',
  P1: 'PJSIP/201-00000002',
  P2: 'PJSIP/201-00000003',
  Y: 'PJSIP/carrier-00000004',
}
const UNIQUEIDS = { X: A, P1: '1795440000.2', P2: B, Y: '1795440031.4' }
type Name = keyof typeof CHANNELS

let arrival = 0
function event(atS: number, name: Name, what: string, linkedid: string, more: Partial<Cel> = {}): Cel {
  const openedAtMs = Number(linkedid.split('.')[0]) * 1000
  const identity = `${atS} ${name} ${what}`
  return {
    ...{ callKey: callKeyOf(openedAtMs, SOURCE, linkedid), openedAtMs, eventKey: hash64(identity), arrival: ++arrival },
    ...{
      happenedAtMs: T0 + atS * 1000 + 500,
      event: what,
      uniqueid: UNIQUEIDS[name],
      linkedid,
      channel: CHANNELS[name],
    },
    ...{
      exten: '',
      context: 'from-internal',
      app: '',
      appdata: '',
      cidNum: '',
      cidName: '',
      peer: '',
      accountcode: '',
    },
    ...{ userfield: '', extra: '', ...more },
  }
}
const bridge = (id: string) => ({ extra: JSON.stringify({ bridge_id: id, bridge_technology: 'simple_bridge' }) })
const ended = { extra: '{"hangupcause":16,"hangupsource":"","dialstatus":""}' }
const dialled = { app: 'AppDial' }
const EVENTS: readonly Cel[] = [
  event(0, 'X', 'CHAN_START', A, { exten: '5550199', context: 'from-trunk', cidNum: '442071234567' }),
  event(1, 'X', 'APP_START', A, { app: 'Dial', appdata: 'PJSIP/201', exten: '201', cidNum: '442071234567' }),
  event(1, 'P1', 'CHAN_START', A),
  event(5, 'P1', 'ANSWER', A, dialled),
  event(5, 'X', 'ANSWER', A),
  event(5, 'P1', 'BRIDGE_ENTER', A, { ...dialled, ...bridge('one') }),
  event(5, 'X', 'BRIDGE_ENTER', A, bridge('one')),
  event(30, 'P2', 'CHAN_START', B, { exten: '00447700900123', cidNum: '201' }),
  event(31, 'P2', 'APP_START', B, { app: 'Dial', appdata: 'PJSIP/00447700900123@carrier', exten: '00447700900123' }),
  event(31, 'Y', 'CHAN_START', B, { exten: 's' }),
  event(40, 'Y', 'ANSWER', B, { ...dialled, cidNum: '00447700900123' }),
  event(40, 'P2', 'ANSWER', B),
  event(40, 'Y', 'BRIDGE_ENTER', B, { ...dialled, ...bridge('two') }),
  event(40, 'P2', 'BRIDGE_ENTER', B, bridge('two')),
  event(60, 'P2', 'BRIDGE_EXIT', B, bridge('two')),
  event(60, 'P1', 'ATTENDEDTRANSFER', A, {
    extra: JSON.stringify({ channel2_name: CHANNELS.P2, channel2_uniqueid: B, transferee_channel_name: CHANNELS.X }),
  }),
  event(60, 'P1', 'BRIDGE_EXIT', A, bridge('one')),
  event(60, 'Y', 'BRIDGE_EXIT', A, bridge('two')),
  event(60, 'Y', 'BRIDGE_ENTER', A, bridge('one')),
  event(61, 'P1', 'HANGUP', A, ended),
  event(61, 'P1', 'CHAN_END', A),
  event(61, 'P2', 'HANGUP', B, ended),
  event(61, 'P2', 'CHAN_END', B),
  event(61, 'P2', 'LINKEDID_END', B),
  event(160, 'Y', 'BRIDGE_EXIT', A, bridge('one')),
  event(160, 'X', 'BRIDGE_EXIT', A, bridge('one')),
  event(160, 'Y', 'HANGUP', A, { ...ended, ...dialled }),
  event(160, 'Y', 'CHAN_END', A, dialled),
  event(160, 'X', 'HANGUP', A, ended),
  event(160, 'X', 'CHAN_END', A),
  event(160, 'X', 'LINKEDID_END', A),
]

function leg(sequence: number, linkedid: string, times: readonly [number, number, number], more: Partial<Leg>): Leg {
  const [start, answer, end] = times.map((s) => T0 + s * 1000) as [number, number, number]
  const openedAtMs = Number(linkedid.split('.')[0]) * 1000
  return {
    ...{
      callKey: callKeyOf(openedAtMs, SOURCE, linkedid),
      openedAtMs,
      legKey: hash64(`${sequence}`),
      sequence,
      linkedid,
    },
    ...{ startedAtMs: start, answeredAtMs: answer, endedAtMs: end, durationS: (end - start) / 1000 },
    ...{
      billsec: (end - answer) / 1000,
      line: undefined,
      disposition: 1,
      amaflags: 3,
      uniqueid: linkedid,
      channel: '',
    },
    ...{ dstchannel: '', src: '', dst: '', clid: '', dcontext: 'from-internal', lastapp: 'Dial', lastdata: '' },
    ...{ accountcode: '', peeraccount: '', userfield: '', did: '', recording: '', extras: undefined, ...more },
  }
}
const LEGS: readonly Leg[] = [
  leg(1, A, [0, 5, 60], { channel: CHANNELS.X, dstchannel: CHANNELS.P1, src: '442071234567', dst: '5550199' }),
  leg(2, B, [30, 40, 60], {
    ...{ channel: CHANNELS.P2, dstchannel: CHANNELS.Y, src: '201', dst: '00447700900123', accountcode: 'ACME' },
    lastdata: 'PJSIP/00447700900123@carrier',
  }),
  leg(3, A, [60, 60, 160], { channel: CHANNELS.X, dstchannel: CHANNELS.Y, src: '442071234567', dst: '5550199' }),
]

let batches = 0
function store(legs: readonly Leg[], cel: readonly Cel[]) {
  const batchId = `00000000-0000-4000-8000-${String(++batches).padStart(12, '0')}`
  const from = { way: WAY.live, toldBy: 'ami', zone: 'UTC', queue: [], rules: RULES } as const
  const batch = { tenantId: TENANT, sourceId: SOURCE, batchId, receivedAtMs: T0, legs, cel, ...from }
  return transaction(db(), (tx) => storeLegs(tx, batch, attribute))
}

function attribute(drafts: readonly CallDraft[]): Attribution[] {
  const all = {
    direction: 2,
    accountId: 0,
    trunkId: 0,
    carrierId: 0,
    destinationId: 0,
    countryId: 0,
  } as const
  return drafts.map((draft) => ({
    ...all,
    ofSegments: draft.segments.map(() => all),
    ofSeizures: draft.seizures.map(() => all),
  }))
}

const CALLS = `select call_key, started_at, answered_at, ended_at, talk_s, bill_s, outcome, legs, attempts, final, from_number,
  to_number, answered_by, accountcode, linkedid, ending, path, also_keys from call order by call_key`
const calls = async () => (await db().pool.query(CALLS)).rows

describe('a call that was transferred by a second call', () => {
  it('is one call: who talked with whom, and the whole time of the mobile charged', async () => {
    await store(LEGS, EVENTS)
    const rows = await calls()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({
      ...{ linkedid: A, legs: 3, attempts: 1, talk_s: 155, bill_s: 120, from_number: '442071234567' },
      ...{ to_number: '00447700900123', accountcode: 'ACME', final: true, ending: 1, path: ['transfer:attended'] },
    })
    const stories = []
    for await (const page of readStories(db(), { tenantId: TENANT, fromMs: T0, toMs: T0 + 1000 }, () => RULES))
      stories.push(...page)
    expect(stories).toHaveLength(1)
    expect(stories[0]!.story).toMatchObject({
      caller: { endpoint: 'PJSIP/trunk' },
      answeredBy: { endpoint: 'PJSIP/201' },
      transfer: { kind: 'attended', by: 'callee', targetDialled: '00447700900123', targetAnsweredByPerson: true },
      rung: [{ endpoint: 'PJSIP/201', result: 'answered' }],
    })
    expect(stories[0]!.story.talk.map((t) => t.with)).toEqual([CHANNELS.P1, CHANNELS.Y])
  })

  it('keeps the tags of the calls it was before', async () => {
    await store(LEGS, [])
    const before = await calls()
    expect(before.length).toBeGreaterThan(1)
    const order = { tenantId: TENANT, remove: [], by: 'test', nowMs: T0 }
    for (const [i, { call_key }] of before.entries()) {
      await transaction(db(), (tx) => tagCalls(tx, { ...order, keys: [call_key], add: [`call ${i}`, 'all'] }))
    }
    await store([], EVENTS)
    const rows = await calls()
    expect(rows).toHaveLength(1)
    const { rows: tags } = await db().pool.query('select call_key, tag from call_tag order by tag')
    expect(tags).toEqual(
      ['all', ...before.map((_, i) => `call ${i}`)].map((tag) => ({ call_key: rows[0].call_key, tag })),
    )
  })

  it('whatever comes first, in whatever pieces, and how often', async () => {
    await store(LEGS, EVENTS)
    const whole = await calls()
    const pieces = [
      ...LEGS.map((one) => ({ legs: [one], cel: [] as Cel[] })),
      ...[EVENTS.filter((e) => e.linkedid === A), EVENTS.filter((e) => e.linkedid === B)].map((cel) => ({
        legs: [],
        cel,
      })),
    ]
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...pieces, ...pieces], { minLength: 10 }), async (order) => {
        await db().pool.query('truncate leg, cel, call, call_tag, call_segment, seizure, call_change, call_join, batch')
        for (const piece of order) await store(piece.legs, piece.cel)
        expect(await calls()).toEqual(whole)
      }),
      { numRuns: 12 },
    )
  })
})
