// An invented telephone company, the same every time for a given present: accounts, trunks, destinations, and about
// 28,000 calls of the last seventy days whose figures add up. For looking at pages only.

import type { AccountRow, DeckRow, Direction, Outcome, RateRow, UnratedReason } from '@tollbook/api/wire'

export const ZONE = 'Europe/Dublin'
export const CURRENCY = 'EUR'
const DAY = 86_400_000
const DAYS = 70

export type MockCall = {
  readonly key: string
  readonly startMs: number
  readonly ringS: number
  readonly talkS: number
  readonly from: string
  readonly fromName: string
  readonly to: string
  readonly direction: Direction
  readonly outcome: Outcome
  readonly account: number
  readonly trunk: number
  readonly destination: number
  readonly legs: number
  /** Micro-units; null = not charged. */
  readonly revenue: bigint | null
  readonly cost: bigint | null
  readonly unrated: UnratedReason | null
  /** Changed in place when somebody tags the call. */
  readonly tags: string[]
}

type Destination = {
  id: number
  name: string
  prefix: string
  number: string
  sell: number
  buy: number
  weight: number
}

// Prices are ten-thousandths a minute, so that all arithmetic stays in whole numbers.
export const DESTINATIONS: readonly Destination[] = [
  { id: 1, name: 'Ireland, mobile', prefix: '35386', number: '+35386555', sell: 570, buy: 365, weight: 24 },
  { id: 2, name: 'United Kingdom, fixed', prefix: '4420', number: '+44207946', sell: 180, buy: 95, weight: 12 },
  { id: 3, name: 'United Kingdom, mobile', prefix: '447', number: '+44770090', sell: 640, buy: 380, weight: 9 },
  { id: 4, name: 'Germany, fixed', prefix: '49', number: '+49305550', sell: 170, buy: 85, weight: 5 },
  { id: 5, name: 'United States', prefix: '1', number: '+1212555', sell: 120, buy: 60, weight: 5 },
  { id: 6, name: 'China, mobile', prefix: '861', number: '+861395550', sell: 335, buy: 230, weight: 4 },
  { id: 7, name: 'Poland, mobile', prefix: '486', number: '+48600555', sell: 890, buy: 560, weight: 3 },
  { id: 8, name: 'France, mobile', prefix: '336', number: '+33639980', sell: 770, buy: 484, weight: 3 },
  { id: 9, name: 'Cuba', prefix: '53', number: '+535555', sell: 7200, buy: 9630, weight: 0.7 },
  { id: 10, name: 'Singapore', prefix: '65', number: '+656555', sell: 140, buy: 78, weight: 2 },
  { id: 11, name: 'Hong Kong', prefix: '852', number: '+8525550', sell: 133, buy: 82, weight: 1.5 },
  { id: 12, name: 'Australia', prefix: '61', number: '+612555', sell: 180, buy: 97, weight: 1.5 },
  { id: 13, name: 'Spain, fixed', prefix: '349', number: '+3491555', sell: 150, buy: 90, weight: 1.2 },
  { id: 14, name: 'Italy, mobile', prefix: '393', number: '+39312555', sell: 820, buy: 600, weight: 1 },
]
/** No deck knows it: its calls stay unrated. */
const SATELLITE = { id: 0, number: '+88216555' }

export const ACCOUNTS: readonly { id: number; code: string; name: string; people: readonly [string, string][] }[] = [
  {
    id: 1,
    code: 'quayside',
    name: 'Quayside Motors',
    people: [
      ['204', 'Marta Silva'],
      ['211', 'Workshop'],
      ['201', 'Ana Kelly'],
    ],
  },
  {
    id: 2,
    code: 'harbour',
    name: 'Harbour Dental',
    people: [
      ['118', 'Reception and switchboard'],
      ['119', 'Dr Byrne'],
    ],
  },
  {
    id: 3,
    code: 'bluecrane',
    name: '蓝鹤贸易有限公司 Blue Crane',
    people: [
      ['301', 'Liu Fang'],
      ['306', 'Chen Wei'],
    ],
  },
  {
    id: 4,
    code: 'lough',
    name: 'Lough Freight',
    people: [
      ['412', 'Dispatch'],
      ['405', 'Yard'],
    ],
  },
  { id: 5, code: 'mill', name: 'Calloway International Contact Centres', people: [['501', '']] },
]
export const TRUNKS = [
  { id: 1, name: 'Northlink Dublin North' },
  { id: 2, name: 'meridian' },
  { id: 3, name: 'pacific-sip' },
  { id: 4, name: 'atlantic-sip' },
] as const

const HOURS = [2, 1, 1, 1, 1, 2, 6, 22, 62, 95, 100, 93, 70, 76, 92, 96, 85, 60, 32, 20, 13, 9, 6, 3]

/** Calls, newest first. */
export function makeCalls(nowMs: number): readonly MockCall[] {
  const random = generator(20261124)
  const calls: MockCall[] = []
  const firstDay = Math.floor(nowMs / DAY) * DAY - DAYS * DAY
  for (let hour = 0; hour < (DAYS + 1) * 24; hour++) {
    const hourMs = firstDay + hour * 3_600_000
    if (hourMs > nowMs) break
    const weekday = new Date(hourMs).getUTCDay()
    const weekend = weekday === 6 ? 0.28 : weekday === 0 ? 0.16 : 1
    const busy = ((HOURS[hour % 24] ?? 0) / 100) * 62 * weekend * (0.85 + random() * 0.3)
    const trouble = DAYS * 24 - hour === 5 * 24 - 11
    for (let i = 0; i < Math.round(busy); i++) {
      const startMs = hourMs + Math.floor(random() * 3600) * 1000
      if (startMs <= nowMs) calls.push(makeCall(random, startMs, trouble, calls.length))
    }
  }
  return calls.sort((a, b) => b.startMs - a.startMs)
}

function makeCall(random: () => number, startMs: number, trouble: boolean, i: number): MockCall {
  const account = ACCOUNTS[Math.floor(random() * random() * ACCOUNTS.length)] as (typeof ACCOUNTS)[number]
  const person = account.people[Math.floor(random() * account.people.length)] as [string, string]
  const inbound = random() < 0.22
  const internal = !inbound && random() < 0.06
  const satellite = !inbound && !internal && random() < 0.002
  const destination = pick(random)
  const tail = String(1000 + Math.floor(random() * 180))
  const far = satellite ? SATELLITE.number + tail.slice(2) : destination.number + tail
  const roll = random()
  const outcome: Outcome =
    trouble && roll < 0.42
      ? 'failed'
      : roll < 0.73
        ? 'answered'
        : roll < 0.88
          ? 'no-answer'
          : roll < 0.935
            ? 'busy'
            : roll < 0.965
              ? 'failed'
              : inbound
                ? 'program'
                : 'no-answer'
  const talkS = outcome === 'answered' ? Math.ceil(-Math.log(1 - random() * 0.98) * 210) : 0
  const billable = outcome === 'answered' && !inbound && !internal
  const minutes = BigInt(Math.ceil(talkS / 6) * 6)
  const trunk = internal
    ? 0
    : inbound
      ? 2
      : destination.id === 9 || satellite
        ? 4
        : destination.id === 6 || destination.id >= 10
          ? 3
          : trouble
            ? 4
            : 1
  return {
    key: `019d3f2a-${hex(i, 4)}-7a11-8b22-${hex(startMs / 1000, 12)}`,
    startMs,
    ringS: outcome === 'failed' || outcome === 'busy' ? 0 : 3 + Math.floor(random() * 28),
    talkS,
    from: inbound ? far : person[0],
    fromName: inbound ? (random() < 0.3 ? 'P. Nolan' : '') : person[1],
    to: inbound ? '+353209100150' : internal ? '211' : far,
    direction: inbound ? 'inbound' : internal ? 'internal' : 'outbound',
    outcome,
    account: account.id,
    trunk,
    destination: inbound || internal || satellite ? 0 : destination.id,
    legs: inbound ? 1 + Math.floor(random() * 4) : random() < 0.1 ? 2 : 1,
    // seconds × ten-thousandths a minute ÷ 60, in micro-units, cut at four places as the deck says
    revenue: billable && !satellite ? ((minutes * BigInt(destination.sell) * 100n) / 60n / 100n) * 100n : null,
    cost: billable && !satellite ? ((minutes * BigInt(destination.buy) * 100n) / 60n / 100n) * 100n : null,
    unrated: billable && satellite ? 'no-rate' : null,
    tags: i % 211 === 0 ? ['to check'] : i % 307 === 0 ? ['complaint'] : [],
  }
}

function pick(random: () => number): Destination {
  const all = DESTINATIONS.reduce((sum, one) => sum + one.weight, 0)
  let at = random() * all
  for (const one of DESTINATIONS) {
    at -= one.weight
    if (at <= 0) return one
  }
  return DESTINATIONS[0] as Destination
}

export function makeAccounts(calls: readonly MockCall[]): AccountRow[] {
  return ACCOUNTS.map((account) => {
    const own = calls.filter((call) => call.account === account.id)
    const owed = own.reduce((sum, call) => sum + (call.revenue ?? 0n), 0n)
    return {
      id: account.id,
      code: account.code,
      name: account.name,
      currency: CURRENCY,
      deckId: account.id === 3 ? 2 : 0,
      deck: account.id === 3 ? 'Trade 2026' : 'Retail 2026',
      planId: account.id === 1 ? 1 : 0,
      plan: account.id === 1 ? 'Business IE' : '',
      locale: account.id === 3 ? 'zh-CN' : 'en',
      email: account.id === 5 ? '' : `accounts@${account.code}.example`,
      address: 'Unit 4, Quay Business Park\nDublin',
      balance: money(account.id === 5 ? -owed : owed),
      lastCallAt: own[0] ? new Date(own[0].startMs).toISOString() : null,
    }
  })
}

export function makeDecks(nowMs: number): DeckRow[] {
  const importedAt = new Date(nowMs - 20 * DAY).toISOString()
  const deck = { currency: CURRENCY, importedAt, isDefault: false }
  return [
    {
      ...deck,
      id: 1,
      name: 'Retail 2026',
      side: 'sell',
      version: 14,
      rates: 2318,
      filename: 'retail-nov.csv',
      isDefault: true,
    },
    { ...deck, id: 2, name: 'Trade 2026', side: 'sell', version: 3, rates: 2318, filename: 'trade.csv' },
    {
      ...deck,
      id: 3,
      name: 'northlink A–Z',
      side: 'buy',
      version: 41,
      rates: 18902,
      filename: 'northlink_20261103.csv',
    },
  ]
}

export function makeRates(nowMs: number): RateRow[] {
  return DESTINATIONS.map((one) => ({
    prefix: one.prefix,
    destination: one.name,
    pricePerMinute: `0.${String(one.sell).padStart(4, '0')}`,
    connectFee: one.id % 4 === 0 ? '0.020000' : '0.000000',
    firstBlockSeconds: one.id % 3 === 0 ? 60 : 6,
    incrementSeconds: 6,
    effectiveFrom: new Date(nowMs - 20 * DAY).toISOString(),
  })).sort((a, b) => (a.prefix < b.prefix ? -1 : 1))
}

export function money(micros: bigint): string {
  const magnitude = micros < 0n ? -micros : micros
  return `${micros < 0n ? '-' : ''}${magnitude / 1_000_000n}.${String(magnitude % 1_000_000n).padStart(6, '0')}`
}

function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function hex(n: number, length: number): string {
  return Math.floor(n).toString(16).padStart(length, '0').slice(-length)
}
