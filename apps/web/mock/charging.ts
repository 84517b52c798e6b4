// Invented answers about charging: the simulator, revaluations, credit proposals, coverage.

import type { AccountRow, TraceStep, UnratedReason } from '@tollbook/api/wire'
import type { Coverage, CreditProposal, Revaluation, RouteOffer, Simulation } from '@tollbook/api/wire-tariffs'
import { ACCOUNTS, CURRENCY, type DESTINATIONS, type MockCall, money, ZONE } from './data.ts'
import { destinationOf } from './tariffs.ts'

type Params = Readonly<Record<string, string>>
const DAY = 86_400_000

export function simulation(nowMs: number, accounts: readonly AccountRow[], params: Params): Simulation {
  const dialled = params.number ?? ''
  const seconds = Number(params.seconds ?? 180)
  const account = accounts.find((one) => one.code === params.account)
  const digits = dialled.replace(/\D/g, '').replace(/^00/, '')
  const destination = destinationOf(digits)
  const outcome = !/^\+?\d{3,}$/.test(dialled)
    ? 'not-a-number'
    : params.account && !account
      ? 'no-account'
      : digits.startsWith('1900')
        ? 'blocked'
        : destination
          ? 'charged'
          : 'no-rate'
  const sell = destination?.sell ?? 0
  const billed = seconds <= 60 ? 60 : 60 + Math.ceil((seconds - 60) / 6) * 6
  const talked = (BigInt(billed) * BigInt(sell) * 100n) / 60n
  const amount = ((talked + 20_000n + 5_000n) / 10_000n) * 10_000n
  const charged = outcome === 'charged'
  return {
    account: account ? { id: account.id, code: account.code, name: account.name } : null,
    plan: 'Business IE',
    number: dialled,
    digits: outcome === 'not-a-number' ? '' : digits,
    at: params.at ?? new Date(nowMs).toISOString(),
    zone: ZONE,
    seconds,
    currency: CURRENCY,
    outcome,
    destination: destination?.name ?? '',
    prefix: destination?.prefix ?? '',
    deck: 'Retail 2026',
    deckId: 1,
    deckVersion: 14,
    billedSeconds: charged ? billed : 0,
    freeSeconds: 0,
    amount: charged ? money(amount) : null,
    trace: traceOf(dialled, digits, charged ? destination : undefined, { seconds, billed, talked, amount }),
    talk:
      charged && params.credit ? { credit: params.credit, seconds: 5196, costs: '5.000000', next: '5.010000' } : null,
    routes: charged ? routesOf(destination?.buy ?? 0, billed, amount) : [],
  }
}

type Sums = { seconds: number; billed: number; talked: bigint; amount: bigint }

function traceOf(
  dialled: string,
  digits: string,
  to: (typeof DESTINATIONS)[number] | undefined,
  sums: Sums,
): TraceStep[] {
  const number: TraceStep = { kind: 'number', values: { dialled, read: digits, rule: '00' }, amount: null }
  if (!to)
    return [
      number,
      { kind: 'match', values: { candidates: '', prefix: '', destination: '', outcome: 'no-rate' }, amount: null },
    ]
  if (to.id === 6) return everyStep(number, sums.amount)
  const price = `0.${String(to.sell).padStart(4, '0')}`
  const exact = sums.talked + 20_000n
  const step = (kind: TraceStep['kind'], values: Record<string, string>, amount: string | null = null): TraceStep => ({
    kind,
    values,
    amount,
  })
  return [
    number,
    step('plan', {
      plan: 'Business IE',
      choice: 'order',
      decks: `Trade 2026 (no-rate), Retail 2026 (${to.prefix})`,
      deck: 'Retail 2026',
    }),
    step('match', {
      candidates: `${to.prefix.slice(0, 2)} ${to.prefix}`,
      prefix: to.prefix,
      destination: to.name,
      deck: 'Retail 2026',
      version: '14',
      pricePerMinute: price,
    }),
    step('window', { window: 'day', zone: ZONE, choice: 'start' }),
    step('package', {
      package: '200 UK minutes',
      kind: 'seconds',
      amount: '12000',
      usedBefore: '12000',
      freeSeconds: '0',
    }),
    step('seconds', {
      talked: String(sums.seconds),
      firstBlock: '60',
      increment: '6',
      blocks: String(1 + Math.max(0, (sums.billed - 60) / 6)),
      billed: String(sums.billed),
    }),
    step('price', { billed: String(sums.billed), pricePerMinute: price }, money(sums.talked)),
    step('connect-fee', { fee: '0.02' }, '0.020000'),
    step('minimum', { minimum: '0.05', raised: 'no' }),
    step('rounding', { rule: 'half-up', places: '2', exact: money(exact) }, money(sums.amount)),
    step('total', {}, money(sums.amount)),
  ]
}

/** A trace with a step of every kind, and one that these pages do not know. */
function everyStep(number: TraceStep, amount: bigint): TraceStep[] {
  const rows: [string, Record<string, string>, string | null][] = [
    ['plan', { plan: 'Wholesale', choice: 'lcr', decks: 'Trade 2026 (expired), A–Z (861)', deck: 'A–Z' }, null],
    [
      'markup',
      { kind: 'margin', percent: '18.5', perMinute: '0.001', perCall: '0', cost: '0.0230', pricePerMinute: '0.0292' },
      null,
    ],
    ['match', { candidates: '* 86 861', prefix: '861', destination: 'China, mobile', pricePerMinute: '0.0292' }, null],
    ['window', { window: 'day', zone: ZONE, choice: 'split' }, null],
    [
      'seconds',
      { talked: '183', counted: '190', firstBlock: '0', increment: '10', blocks: '19', billed: '190', anchor: 'zero' },
      null,
    ],
    ['package', { free: '30', billed: '190', whole: 'no' }, null],
    ['tier', { tier: '1', from: '0', billed: '30', pricePerMinute: '0.05', free: '30', window: 'day' }, '0.025'],
    ['tier', { tier: '2', from: '60', billed: '130', pricePerMinute: '0.0292' }, '0.0632666667'],
    ['entry-fee', { fee: '0.01', tier: '2' }, '0.01'],
    ['connect-fee', { fee: '0.02' }, '0.02'],
    ['disconnect-fee', { fee: '0.01', after: '120' }, '0.01'],
    ['block-fee', { fee: '0.005', count: '4', every: '60' }, '0.02'],
    ['minimum', { minimum: '0.20', raised: 'yes' }, '0.20'],
    ['maximum', { maximum: '0.18', capped: 'yes', after: 'stop' }, '0.18'],
    ['moon-phase', { phase: 'waxing' }, null],
    ['rounding', { rule: 'half-even', places: '2', exact: '0.1832666667' }, '0.18'],
    ['total', {}, money(amount)],
  ]
  return [number, ...rows.map(([kind, values, sum]) => ({ kind: kind as TraceStep['kind'], values, amount: sum }))]
}

function routesOf(buy: number, billed: number, amount: bigint): RouteOffer[] {
  const offer = (trunk: string, carrier: string, factor: bigint): RouteOffer => {
    const price = (BigInt(buy) * factor) / 100n
    const cost = (BigInt(billed) * price * 100n) / 60n
    const share = amount === 0n ? 0n : ((amount - cost) * 1000n) / amount
    return {
      trunk,
      trunkId: trunk.length,
      carrier,
      deck: `${carrier} A–Z`,
      prefix: '',
      pricePerMinute: `0.${String(price).padStart(4, '0')}`,
      cost: money(cost),
      currency: CURRENCY,
      margin: money(amount - cost),
      marginPercent: `${share / 10n}.${share < 0n ? -share % 10n : share % 10n}`,
      outcome: 'priced',
    }
  }
  return [
    offer('Northlink Dublin North', 'Northlink', 100n),
    offer('atlantic-sip', 'Atlantic Wholesale', 112n),
    { ...offer('pacific-sip', 'Pacific', 260n) },
    {
      ...offer('meridian', '', 100n),
      pricePerMinute: null,
      cost: null,
      margin: null,
      marginPercent: null,
      deck: '',
      outcome: 'no-deck',
    },
  ]
}

export function makeRevaluations(nowMs: number): Revaluation[] {
  const month = Date.UTC(new Date(nowMs).getUTCFullYear(), new Date(nowMs).getUTCMonth() - 1, 1)
  const totals = [
    { currency: CURRENCY, old: '8104.620000', new: '8291.030000', difference: '186.410000', percent: '2.3' },
  ]
  const run = (n: number, part: Partial<Revaluation>): Revaluation => ({
    id: `019d3f2a-0000-7a11-8b22-30000000000${n}`,
    kind: 'rerate',
    state: 'done',
    from: new Date(month).toISOString(),
    to: new Date(Date.UTC(new Date(month).getUTCFullYear(), new Date(month).getUTCMonth() + 1, 1)).toISOString(),
    account: null,
    deck: null,
    version: null,
    reasons: [],
    reason: '',
    createdAt: new Date(nowMs - n * DAY).toISOString(),
    createdBy: 'Niamh Doyle',
    finishedAt: new Date(nowMs - n * DAY + 40_000).toISOString(),
    callsTotal: 31_204,
    callsSeen: 31_204,
    callsChanged: 1_204,
    callsInvoiced: 14,
    error: '',
    totals,
    lines: linesOf(),
    ...part,
  })
  return [
    run(1, { kind: 'impact', state: 'ready', deck: { id: 1, name: 'Retail 2026' }, version: 16 }),
    run(2, {
      state: 'ready',
      reason: 'Cuba was 0.34 instead of 0.72 since 3 Nov',
      deck: { id: 1, name: 'Retail 2026' },
    }),
    run(3, { state: 'counting', callsSeen: 12_400, callsChanged: 310, totals: [], lines: [], finishedAt: null }),
    run(4, { state: 'done', account: { id: 1, code: 'quayside', name: 'Quayside Motors' }, reasons: ['no-rate'] }),
    run(5, { state: 'failed', error: 'The database did not answer.', totals: [], lines: [] }),
  ]
}

function linesOf() {
  const change = ['92.180000', '61.400000', '40.030000', '-7.200000', '0.000000']
  return ACCOUNTS.map((account, i) => ({
    key: account.code,
    label: account.name,
    currency: CURRENCY,
    calls: 400 - i * 70,
    seconds: 90_000 - i * 9000,
    old: '2010.500000',
    new: i === 3 ? '2003.300000' : '2050.000000',
    difference: change[i] ?? '0.000000',
    newlyRated: i === 0 ? 6 : 0,
    noLongerRated: i === 3 ? 1 : 0,
  }))
}

export function makeProposals(calls: readonly MockCall[], nowMs: number): CreditProposal[] {
  return calls
    .filter((call) => call.destination === 9 && call.revenue !== null)
    .slice(0, 3)
    .map((call) => {
      const account = ACCOUNTS.find((one) => one.id === call.account)
      return {
        account: { id: call.account, code: account?.code ?? '', name: account?.name ?? '' },
        callKey: call.key,
        invoice: { id: `019d3f2a-0001-7a11-8b22-00000000000${call.account}`, number: `NP-2026-042${call.account}` },
        currency: CURRENCY,
        charged: money(call.revenue ?? 0n),
        wouldBe: money((call.revenue ?? 0n) / 2n),
        difference: money(-((call.revenue ?? 0n) / 2n)),
        proposedAt: new Date(nowMs - 2 * DAY).toISOString(),
      }
    })
}

export function coverage(nowMs: number, params: Params): Coverage {
  const row = (prefix: string, reason: UnratedReason, calls: number, ago: number) => ({
    prefix,
    country: Number(prefix.slice(0, 3)) || 0,
    reason,
    calls,
    seconds: calls * 143,
    lastAt: new Date(nowMs - ago * 3_600_000).toISOString(),
  })
  return {
    from: params.from ?? '',
    to: params.to ?? '',
    unrated: [
      row('8821655', 'no-rate', 41, 3),
      row('3538960', 'expired', 12, 20),
      row('1900555', 'blocked', 4, 30),
      row('44770', 'ambiguous', 2, 50),
      row('*97', 'not-a-number', 1, 90),
    ],
    belowCost: [
      {
        destination: { id: 9, name: 'Cuba' },
        carrier: { id: 2, name: 'Atlantic Wholesale' },
        calls: 148,
        seconds: 8880,
        currency: CURRENCY,
        revenue: '106.560000',
        cost: '142.520000',
        margin: '-35.960000',
      },
    ],
  }
}
