// What happens in one call: who calls whom, over which trunk, and how it goes. Chooses; writes nothing.

import type { Facts } from './compile-shape.ts'
import { DESTINATIONS, UNRATED } from './destinations.ts'
import { pick, pickInt, type Random, weighted } from './random.ts'
import type { ShapeName } from './shapes.ts'
import { ACCOUNTS, CARRIERS, type SampleAccount, TRUNKS } from './world.ts'

/** One call before it is written: its shape and its facts. */
export type Plot = { readonly shape: ShapeName; readonly facts: Facts }

/** When the call begins, as far as it decides how it goes. */
export type Circumstances = {
  /** Local hour, 0 to 23. */
  readonly hour: number
  /** While Vale's trunk refuses calls: how many met it, and how many of them failed. Counted here. */
  readonly outage: Outage | undefined
}

export type Outage = { met: number; refused: number }

/** Of the calls that meet the outage, this share fails, exactly; the rest gets through or ends as calls do. */
const OUTAGE_FAILURES = 0.31

/** Invents one call. */
export function plotCall(chance: Random, at: Circumstances): Plot {
  const account = pickAccount(chance)
  const roll = chance()
  if (account.kind === 'trunk') return roll < 0.88 ? outbound(chance, account, at) : inbound(chance, account, at)
  if (roll < 0.5) return outbound(chance, account, at)
  if (roll < 0.84) return inbound(chance, account, at)
  return internal(chance, account)
}

const pickAccount = weighted(ACCOUNTS, (a) => a.weight)

function outbound(chance: Random, account: SampleAccount, at: Circumstances): Plot {
  const place = pickPlace.get(account.code)!(chance)
  const digits = numberIn(chance, place.number)
  const [trunk, trunk2] = routeOf(chance, place)
  const office = account.kind === 'office'
  const phone = pickInt(chance, account.phones.length)
  const clickable = office && chance() < 0.025
  const facts: Facts = {
    ...NOBODY,
    account: account.code,
    from: office ? account.phones[phone]! : `+353${pick(chance, account.dids).slice(1)}`,
    name: account.people[phone % account.people.length]!,
    dialled: office ? dialledFromOffice(digits) : `+${digits}`,
    e164: `+${digits}`,
    context: office ? 'from-internal' : 'from-customers',
    entry: account.phones[phone]!,
    ext: account.phones[phone]!,
    trunk,
    trunk2,
    note: String(pickInt(chance, 9) + 1),
  }
  if (at.outage && trunk === TROUBLED && isRefused(at.outage)) return { shape: 'out-congestion', facts }
  const shape = pickOutcome(chance).name
  if (shape === 'out-answered' && clickable) return { shape: 'out-click', facts }
  return { shape, facts }
}

function isRefused(outage: Outage): boolean {
  outage.met++
  if (outage.refused >= OUTAGE_FAILURES * outage.met) return false
  outage.refused++
  return true
}

type Odds = { readonly name: ShapeName; readonly odds: number }
const oddsOf = (o: Odds) => o.odds

const pickOutcome = weighted<Odds>(
  [
    { name: 'out-answered', odds: 66 },
    { name: 'out-no-answer', odds: 11 },
    { name: 'out-busy', odds: 6 },
    { name: 'out-cancelled', odds: 6 },
    { name: 'out-retry', odds: 4 },
    { name: 'out-unallocated', odds: 3 },
    { name: 'out-congestion', odds: 1.2 },
  ],
  oddsOf,
)

/** Somewhere to call: a number pattern and the carriers that go there, cheapest first. */
type Place = {
  readonly name: string
  readonly number: string
  readonly weight: number
  readonly carriers: readonly number[]
}

const PLACES: readonly Place[] = [
  ...DESTINATIONS.map((d) => ({ ...d, carriers: cheapestFirst(d.buy) })),
  { ...UNRATED, name: '', carriers: [0, 1, 2] },
]

function cheapestFirst(prices: readonly string[]): number[] {
  // All prices have one digit before the point and four after it, so their texts sort as their values do.
  return prices.map((_, carrier) => carrier).sort((a, b) => (prices[a]! < prices[b]! ? -1 : 1))
}

/** For each account, places by weight, those it likes four times as often. */
const pickPlace = new Map(
  ACCOUNTS.map((account) => [
    account.code,
    weighted(PLACES, (p) => p.weight * (account.likes.some((like) => p.name.startsWith(like)) ? 4 : 1)),
  ]),
)

/** # becomes a digit. */
function numberIn(chance: Random, pattern: string): string {
  let digits = ''
  for (const c of pattern) digits += c === '#' ? pickInt(chance, 10) : c
  return digits
}

/** Inland numbers are dialled with 0, others with 00. */
function dialledFromOffice(digits: string): string {
  return digits.startsWith('353') ? `0${digits.slice(3)}` : `00${digits}`
}

/** The trunk of the outage: the one most calls leave by. */
const TROUBLED = 'vale'

/** The cheapest carrier's trunk first, most of the time; then one of another carrier. */
function routeOf(chance: Random, place: Place): [string, string] {
  const [best, next, worst] = place.carriers as [number, number, number]
  const usual = chance() < 0.88
  return [trunkOf(chance, usual ? best : worst), trunkOf(chance, next)]
}

const TRUNKS_OF_CARRIER = CARRIERS.map((_, carrier) =>
  TRUNKS.filter((t) => t.carrier === carrier).map((t) => t.peer.slice('PJSIP/'.length)),
)

/** Name of a trunk's peer; of Northlink's two, Dublin takes most. */
function trunkOf(chance: Random, carrier: number): string {
  const trunks = TRUNKS_OF_CARRIER[carrier]!
  return chance() < 0.7 ? trunks[0]! : trunks.at(-1)!
}

function inbound(chance: Random, account: SampleAccount, at: Circumstances): Plot {
  const caller = pickCaller(chance)
  const [ext, ext2, ext3] = threePhones(chance, account)
  const facts: Facts = {
    ...NOBODY,
    account: account.code,
    from: numberIn(chance, caller.pattern),
    name: caller.name,
    trunk: trunkOf(chance, pickInt(chance, 3)),
    did: pick(chance, account.dids),
    queue: account.code.toLowerCase(),
    ext,
    ext2,
    ext3,
  }
  if (account.kind === 'trunk') return { shape: chance() < 0.8 ? 'in-answered' : 'in-missed', facts }
  // Nobody is in the office: a menu, a mailbox, or the number is forwarded to a mobile.
  const shape = (at.hour < 8 || at.hour > 18 ? pickAfterHours : pickInOffice)(chance).name
  if (shape !== 'out-answered') return { shape, facts }
  const digits = numberIn(chance, '35387000####')
  const dialled = dialledFromOffice(digits)
  const forwarded = { dialled, e164: `+${digits}`, context: 'from-internal', entry: facts.trunk, trunk: 'vale' }
  return { shape, facts: { ...facts, ...forwarded } }
}

const pickInOffice = weighted<Odds>(
  [
    { name: 'in-answered', odds: 32 },
    { name: 'in-group', odds: 21 },
    { name: 'in-queue', odds: 13 },
    { name: 'in-ivr', odds: 8 },
    { name: 'in-voicemail', odds: 7 },
    { name: 'in-missed', odds: 7 },
    { name: 'in-transfer', odds: 6 },
    { name: 'in-queue-abandoned', odds: 4 },
    { name: 'out-answered', odds: 2 },
  ],
  oddsOf,
)

const pickAfterHours = weighted<Odds>(
  [
    { name: 'in-ivr', odds: 40 },
    { name: 'in-voicemail', odds: 28 },
    { name: 'in-answered', odds: 14 },
    { name: 'in-missed', odds: 10 },
    { name: 'out-answered', odds: 8 },
  ],
  oddsOf,
)

const pickCaller = weighted(
  [
    { pattern: '02091#####', name: '', odds: 40 },
    { pattern: '08700000##', name: '', odds: 30 },
    { pattern: '004420794600##', name: '', odds: 14 },
    { pattern: '00447700900###', name: 'Mobile UK', odds: 8 },
    { pattern: '0033199000###', name: '', odds: 3 },
    { pattern: '004917139200##', name: 'Zoë Müller', odds: 3 },
    { pattern: '00121255501##', name: 'NEW YORK NY', odds: 3 },
    { pattern: '008613800000##', name: '山田商会', odds: 2 },
    { pattern: 'anonymous', name: 'Anonymous', odds: 2 },
  ],
  (c) => c.odds,
)

function threePhones(chance: Random, account: SampleAccount): [string, string, string] {
  const first = pickInt(chance, account.phones.length)
  const at = (n: number) => account.phones[(first + n) % account.phones.length]!
  return [at(0), at(1), at(2)]
}

function internal(chance: Random, account: SampleAccount): Plot {
  const [ext, other] = threePhones(chance, account)
  const who = account.people[account.phones.indexOf(other) % account.people.length]!
  const facts: Facts = { ...NOBODY, account: account.code, from: other, name: who, entry: other, ext }
  return { shape: chance() < 0.78 ? 'internal-answered' : 'internal-no-answer', facts }
}

const NOBODY: Facts = {
  account: '',
  from: '',
  name: '',
  dialled: '',
  e164: '',
  context: '',
  entry: '',
  trunk: '',
  trunk2: '',
  did: '',
  ext: '',
  ext2: '',
  ext3: '',
  queue: '',
  note: '',
}
