// The invented calls and papers in the shapes of the wire.

import type {
  CallChange,
  CallDetail,
  CallRow,
  CelRow,
  ImportRow,
  InvoiceDetail,
  InvoiceRow,
  LegRow,
  RejectRow,
  SourceRow,
  TraceStep,
} from '@tollbook/api/wire'
import { ACCOUNTS, CURRENCY, DESTINATIONS, type MockCall, money, TRUNKS, ZONE } from './data.ts'
import { type Group, groupOf } from './stats-groups.ts'
import { ENDING_OF, isTransferred, queueEventsOf, storyOf } from './stories.ts'

const iso = (ms: number) => new Date(ms).toISOString()

export function callRow(call: MockCall): CallRow {
  const account = ACCOUNTS.find((one) => one.id === call.account)
  const trunk = TRUNKS.find((one) => one.id === call.trunk)
  const destination = DESTINATIONS.find((one) => one.id === call.destination)
  const answered = call.outcome === 'answered'
  const duration = call.ringS + call.talkS
  return {
    key: call.key,
    startedAt: iso(call.startMs),
    answeredAt: answered ? iso(call.startMs + call.ringS * 1000) : null,
    endedAt: iso(call.startMs + duration * 1000),
    from: call.from,
    fromName: call.fromName,
    to: call.to,
    direction: call.direction,
    outcome: call.outcome,
    ending: ENDING_OF[call.outcome],
    path: isTransferred(call)
      ? ['ivr', 'ringGroup', 'transfer:blind']
      : call.outcome === 'program'
        ? ['voicemail']
        : [],
    final: true,
    talkSeconds: call.talkS,
    ringSeconds: call.ringS,
    waitSeconds: 0,
    did: call.direction === 'inbound' ? call.to : '',
    extension: call.direction === 'inbound' ? '' : call.from,
    disposition: call.outcome === 'program' ? 'answered' : call.outcome,
    cause: Number(groupOf(call, 'cause', ZONE).key),
    country: Number(groupOf(call, 'country', ZONE).key) || null,
    tags: call.tags,
    carrier: namedOf(groupOf(call, 'carrier', ZONE)),
    durationSeconds: duration,
    legs: call.legs,
    account: account ? { id: account.id, code: account.code, name: account.name } : null,
    trunk: trunk ? { id: trunk.id, name: trunk.name } : null,
    destination: destination ? { id: destination.id, name: destination.name } : null,
    source: 'pbx-dub1',
    currency: CURRENCY,
    revenue: call.revenue === null ? null : money(call.revenue),
    cost: call.cost === null ? null : money(call.cost),
    unrated: call.unrated,
  }
}

function namedOf({ key, label }: Group) {
  return key === 'none' ? null : { id: Number(key), name: label }
}

export function callDetail(call: MockCall): CallDetail {
  const row = callRow(call)
  const legs = legsOf(call)
  const destination = DESTINATIONS.find((one) => one.id === call.destination)
  const charge = (side: 'sell' | 'buy', amount: bigint, price: number, party: string) => ({
    side,
    party,
    deck: side === 'sell' ? 'Retail 2026' : 'northlink A–Z',
    deckId: side === 'sell' ? 1 : 3,
    deckVersion: side === 'sell' ? 14 : 41,
    prefix: destination?.prefix ?? '',
    destination: destination?.name ?? '',
    seconds: call.talkS,
    billedSeconds: Math.ceil(call.talkS / 6) * 6,
    currency: CURRENCY,
    amount: money(amount),
    line: 1,
    bookedAt: row.endedAt,
    reversed: false,
    trace: trace(call, destination?.prefix ?? '', destination?.name ?? '', price, amount),
  })
  return {
    call: row,
    linkedid: `${Math.floor(call.startMs / 1000)}.4417`,
    answeredBy:
      call.outcome === 'answered' ? (call.direction === 'outbound' ? `PJSIP/${row.trunk?.name}` : 'PJSIP/204') : '',
    ringSeconds: call.ringS,
    waitSeconds: 0,
    final: true,
    legs,
    cel: celOf(call, legs),
    queueEvents: queueEventsOf(call),
    story: storyOf(call),
    charges:
      call.revenue === null || call.cost === null
        ? []
        : [
            charge('sell', call.revenue, destination?.sell ?? 0, row.account?.name ?? ''),
            charge('buy', call.cost, destination?.buy ?? 0, row.trunk?.name ?? ''),
          ],
    invoice: null,
    segments: [],
    changes: isTransferred(call) ? changesOf(call) : [],
  }
}

function trace(call: MockCall, prefix: string, name: string, price: number, amount: bigint): TraceStep[] {
  const billed = Math.ceil(call.talkS / 6) * 6
  const per = `0.${String(price).padStart(4, '0')}`
  const exact = (BigInt(billed) * BigInt(price) * 1_000_000n) / 60n
  const exactText = `${exact / 10_000_000_000n}.${String(exact % 10_000_000_000n).padStart(10, '0')}`
  const candidates = prefix.length > 2 ? `${prefix.slice(0, 2)} ${prefix}` : prefix
  return [
    {
      kind: 'number',
      values: { dialled: call.to.replace('+', '00'), read: call.to.slice(1), rule: '00' },
      amount: null,
    },
    {
      kind: 'match',
      values: { candidates, prefix, destination: name, deck: 'Retail 2026', version: '14', pricePerMinute: per },
      amount: null,
    },
    {
      kind: 'seconds',
      values: {
        talked: String(call.talkS),
        firstBlock: '6',
        increment: '6',
        blocks: String(billed / 6),
        billed: String(billed),
      },
      amount: null,
    },
    { kind: 'price', values: { billed: String(billed), pricePerMinute: per }, amount: exactText },
    { kind: 'rounding', values: { rule: 'down', places: '4', exact: exactText }, amount: money(amount) },
    { kind: 'total', values: {}, amount: money(amount) },
  ]
}

function changesOf(call: MockCall): CallChange[] {
  return [
    {
      ...{ revision: 1, changedAt: iso(call.startMs + 9_000_000), cause: 'late-rows' },
      before: { talkS: 41, legs: 3, answeredBy: 'PJSIP/204' },
      after: { talkS: call.talkS, legs: 4, answeredBy: 'PJSIP/204, PJSIP/northlink' },
    },
  ]
}

function legsOf(call: MockCall): LegRow[] {
  const disposition = {
    answered: 'ANSWERED',
    'no-answer': 'NO ANSWER',
    busy: 'BUSY',
    failed: 'FAILED',
    program: 'ANSWERED',
  }[call.outcome]
  const endMs = call.startMs + (call.ringS + call.talkS) * 1000
  const entry = call.direction === 'inbound' ? 'PJSIP/meridian-0000a1f0' : `PJSIP/${call.from}-0000a1f0`
  return Array.from({ length: call.legs }, (_, i) => {
    const last = i === call.legs - 1
    const rang = !last && call.legs > 1
    const out =
      call.direction === 'outbound' ? `PJSIP/${TRUNKS.find((one) => one.id === call.trunk)?.name}` : `PJSIP/20${i + 1}`
    const legEnd = rang ? call.startMs + call.ringS * 1000 : endMs
    const program = call.outcome === 'program'
    return {
      startedAt: iso(call.startMs),
      answeredAt: (call.outcome === 'answered' || program) && !rang ? iso(call.startMs + call.ringS * 1000) : null,
      endedAt: iso(legEnd),
      channel: entry,
      dstchannel: program ? '' : `${out}-0000a1f${i + 1}`,
      src: call.from,
      dst: call.to,
      clid: `"${call.fromName}" <${call.from}>`,
      dcontext: 'from-internal',
      lastapp: program ? 'VoiceMail' : 'Dial',
      lastdata: program ? '150@default,u' : `${out}/${call.to},60`,
      disposition: rang ? (i === 1 ? 'BUSY' : 'NO ANSWER') : disposition,
      durationSeconds: Math.round((legEnd - call.startMs) / 1000),
      billsec: rang ? 0 : call.talkS,
      accountcode: ACCOUNTS.find((one) => one.id === call.account)?.code ?? '',
      userfield: '',
      uniqueid: `${Math.floor(call.startMs / 1000)}.${4417 + i}`,
      linkedid: `${Math.floor(call.startMs / 1000)}.4417`,
      sequence: i,
      role: rang ? 'attempt_failed' : program ? 'system_leg' : 'billable_leg',
      talkRow: !rang && !program && call.outcome === 'answered',
      receivedAt: iso(legEnd + 400),
      seenIn: ['live', 'file'] as const,
      origins: { dst: 'file' } as const,
    }
  })
}

function celOf(call: MockCall, legs: readonly LegRow[]): CelRow[] {
  const end = call.ringS + call.talkS
  const events: [number, string][] = [
    [0, 'CHAN_START'],
    [0, 'APP_START'],
    [1, 'CHAN_START'],
    ...(call.outcome === 'answered'
      ? ([
          [call.ringS, 'ANSWER'],
          [call.ringS, 'BRIDGE_ENTER'],
        ] as [number, string][])
      : []),
    [end, 'HANGUP'],
    [end, 'LINKEDID_END'],
  ]
  return events.map(([at, event], i) => ({
    happenedAt: iso(call.startMs + at * 1000),
    event,
    channel: (i % 2 ? legs[0]?.dstchannel : legs[0]?.channel) || 'PJSIP/201-0000a1f0',
    ...{
      uniqueid: '1763999985.4417',
      exten: call.to,
      context: 'from-internal',
      cidNum: call.from,
      cidName: call.fromName,
    },
    ...{ peer: '', accountcode: '', userfield: '' },
    app: event === 'APP_START' ? 'Dial' : '',
    appdata: event === 'APP_START' ? (legs[0]?.lastdata ?? '') : '',
    extra: event === 'HANGUP' ? '{"hangupcause":16,"hangupsource":"","dialstatus":"ANSWER"}' : '',
  }))
}

export function makeInvoices(calls: readonly MockCall[], nowMs: number): InvoiceRow[] {
  const now = new Date(nowMs)
  return [1, 2].flatMap((back) => {
    const from = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)
    const to = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back + 1, 1)
    return ACCOUNTS.map((account) => {
      const own = calls.filter(
        (call) => call.account === account.id && call.revenue !== null && call.startMs >= from && call.startMs < to,
      )
      const net = roundCents(own.reduce((sum, call) => sum + (call.revenue ?? 0n), 0n))
      const tax = roundCents((net * 23n) / 100n)
      return {
        id: `019d3f2a-000${back}-7a11-8b22-00000000000${account.id}`,
        number: `NP-${new Date(from).getUTCFullYear()}-0${400 + (3 - back) * 10 + account.id}`,
        account: { id: account.id, code: account.code, name: account.name },
        periodFrom: iso(from),
        periodTo: iso(to),
        currency: CURRENCY,
        net: money(net),
        tax: money(tax),
        total: money(net + tax),
        calls: own.length,
        issuedAt: iso(to + 9 * 3_600_000),
        dueOn: iso(to + 31 * 86_400_000).slice(0, 10),
      }
    })
  })
}

export function invoiceDetail(invoice: InvoiceRow, calls: readonly MockCall[]): InvoiceDetail {
  const own = calls.filter(
    (call) =>
      call.account === invoice.account.id &&
      call.revenue !== null &&
      call.startMs >= Date.parse(invoice.periodFrom) &&
      call.startMs < Date.parse(invoice.periodTo),
  )
  const lines = DESTINATIONS.flatMap((one) => {
    const there = own.filter((call) => call.destination === one.id)
    if (there.length === 0) return []
    return {
      line: one.id,
      description: one.name,
      destinationId: one.id,
      calls: there.length,
      seconds: there.reduce((sum, call) => sum + call.talkS, 0),
      billedSeconds: there.reduce((sum, call) => sum + Math.ceil(call.talkS / 6) * 6, 0),
      amount: money(there.reduce((sum, call) => sum + (call.revenue ?? 0n), 0n)),
    }
  })
  return {
    invoice,
    zone: ZONE,
    locale: invoice.account.id === 3 ? 'zh-CN' : 'en',
    from: { name: 'Northpier Telecom Ltd', address: ['12 Harbour Row', 'Cork'], taxId: 'IE 0000000X' },
    to: { name: invoice.account.name, address: ['Unit 4, Quay Business Park', 'Dublin'] },
    taxRate: '0.23',
    lines,
  }
}

export function makeImports(nowMs: number): ImportRow[] {
  const row = (id: number, ago: number, part: Partial<ImportRow>): ImportRow => ({
    id: `019d3f2a-0000-7a11-8b22-10000000000${id}`,
    filename: 'Master.csv',
    source: 'pbx-dub1',
    state: 'done',
    format: 'cdr_csv-21',
    zone: ZONE,
    bytesTotal: 8_412_006,
    bytesDone: 8_412_006,
    read: 31_204,
    inserted: 31_202,
    duplicates: 0,
    rejected: 2,
    cel: 0,
    queueEvents: 0,
    calls: 14_118,
    rated: 8_021,
    unrated: 6,
    error: '',
    createdAt: iso(nowMs - ago),
    finishedAt: iso(nowMs - ago + 4000),
    ...part,
  })
  return [
    row(1, 60_000, {
      filename: 'Master-november.csv.gz',
      state: 'running',
      bytesDone: 3_900_000,
      read: 14_100,
      inserted: 14_100,
      rejected: 0,
      calls: 6_300,
      rated: 3_100,
      unrated: 0,
      finishedAt: null,
    }),
    row(2, 86_400_000, {}),
    row(3, 2 * 86_400_000, { inserted: 0, duplicates: 31_204, rejected: 0, calls: 0, rated: 0, unrated: 0 }),
    row(4, 3 * 86_400_000, {
      filename: 'holiday-photos.csv',
      state: 'failed',
      format: '',
      zone: '',
      read: 0,
      inserted: 0,
      rejected: 0,
      calls: 0,
      rated: 0,
      unrated: 0,
      error: 'This is not a file of call records: the first line has 3 columns.',
    }),
  ]
}

export function makeRejects(nowMs: number): RejectRow[] {
  const reject = (n: number, line: number, reason: string, raw: string): RejectRow => ({
    source: 'pbx-dub1',
    key: `019d3f2a-0000-7a11-8b22-20000000000${n}`,
    importId: `019d3f2a-0000-7a11-8b22-100000000002`,
    filename: 'Master.csv',
    line,
    reason,
    raw,
    rejectedAt: iso(nowMs - 86_400_000),
  })
  return [
    reject(
      1,
      20_114,
      'End is before start (17:02:11 → 16:58:40)',
      '"1017","204","004930555011","from-internal","""Marta"" <204>","PJSIP/204-0000a1f5","PJSIP/northlink-0000a1f9","Dial"',
    ),
    reject(2, 31_077, '20 columns of 21, the line is cut', '"","118","0035386'),
  ]
}

export function makeSources(nowMs: number): SourceRow[] {
  const source = (name: string, part: Partial<SourceRow>): SourceRow => ({
    name,
    zone: 'auto',
    zoneDetected: ZONE,
    ami: null,
    state: 'none',
    detail: '',
    asteriskVersion: '',
    changedAt: iso(nowMs - 3_600_000),
    seenAt: iso(nowMs - 2000),
    lastEventAt: iso(nowMs - 21_000),
    legs: 43_058,
    cel: 301_442,
    rejected: 0,
    ...part,
  })
  const REACH = { transport: 'tcp', auth: 'auto', caPem: '', serverName: '', httpPath: '' } as const
  const ami = { host: '127.0.0.1', port: 5038, username: 'tollbook', enabled: true, ...REACH }
  return [
    source('pbx-dub1', { ami, state: 'live', asteriskVersion: '22.10.1' }),
    source('pbx-cork', {
      ami: { ...ami, host: '10.20.0.5' },
      state: 'reconnecting',
      asteriskVersion: '16.28.0',
      detail: 'connection refused; next try in 8 s',
      rejected: 2,
      legs: 9_431,
      cel: 0,
      lastEventAt: iso(nowMs - 130_000),
    }),
    source('archive', { legs: 120_331, cel: 0, lastEventAt: null }),
  ]
}

function roundCents(micros: bigint): bigint {
  return ((micros + 5_000n) / 10_000n) * 10_000n
}
