// What a call would cost, by the functions that charge it: by whom, how it comes to that, how long the money lasts, and
// what each carrier would ask. Nothing is written.

import { DIRECTION, unratedWord } from '@tollbook/calls'
import type { Queryable } from '@tollbook/db'
import type { Account } from '@tollbook/directory'
import { asAccountId, asCallKey, currencyLetters, type Micros, type ReadNumber, readNumber } from '@tollbook/kernel'
import { type CompiledPlan, LONGEST_CALL_S, maxSecondsByPlan, type TraceStep } from '@tollbook/rating'
import { type ChargingBook, loadBook, sellPlanOf } from './book.ts'
import { readPackageUse } from './package-use.ts'
import type { PackageLedger } from './package-uses.ts'
import { type ChargeableCall, type Price, packageKeysIn, packageLeft, sellPrice } from './price-call.ts'
import { type RouteOffer, routeOffers } from './route-offers.ts'
import { tellCall } from './tell-call.ts'

export type SimulationRequest = {
  readonly tenantId: number
  /** '' = an account that has nothing of its own. */
  readonly accountCode: string
  readonly number: string
  readonly atMs: number
  readonly seconds: number
  /** How long may he talk with it? */
  readonly credit?: Micros | undefined
}

export type SimulationOutcome =
  | 'charged'
  | 'no-rate'
  | 'blocked'
  | 'expired'
  | 'ambiguous'
  | 'no-deck'
  | 'not-a-number'
  | 'no-account'

export type Simulation = {
  readonly account: Account | undefined
  /** Name of the tariff plan; '' when a deck is sold by itself. */
  readonly plan: string
  readonly digits: string
  readonly zone: string
  /** ISO 4217 letters. */
  readonly currency: string
  readonly outcome: SimulationOutcome
  /** Undefined unless `charged`. */
  readonly price: Price | undefined
  /** Names of what the price refers to. */
  readonly destination: string
  readonly deck: string
  readonly trace: readonly TraceStep[]
  readonly talk: Talk | undefined
  /** Cheapest first, then those without a price. */
  readonly routes: readonly RouteOffer[]
}

/** The longest call the credit pays for. `next`: what one increment more would cost; undefined when it never ends. */
export type Talk = {
  readonly credit: Micros
  readonly seconds: number
  readonly costs: Micros
  readonly next: Micros | undefined
}

/** Simulates one call of the tenant. Packages are taken as they are used today. */
export async function simulate(db: Queryable, request: SimulationRequest): Promise<Simulation> {
  const { tenantId, accountCode, number, atMs } = request
  const book = await loadBook(db, tenantId, { fromMs: atMs, toMs: atMs + 1 })
  const { tenant, accountsByCode } = book.directory
  const account = accountCode === '' ? undefined : accountsByCode.get(accountCode)
  const read = readNumber(number, tenant.plan)
  const plan = sellPlanOf(book, account?.accountId ?? 0)
  const base = {
    account,
    plan: plan?.name ?? '',
    digits: read?.digits ?? '',
    zone: tenant.zone,
    currency: account?.currency ?? tenant.currency,
    ...{ price: undefined, destination: '', deck: '', trace: [], talk: undefined, routes: [] },
  }
  if (accountCode !== '' && account === undefined) return { ...base, outcome: 'no-account' }
  if (read === undefined) return { ...base, outcome: 'not-a-number' }
  if (plan === undefined) return { ...base, outcome: 'no-deck', routes: routeOffers(book, read.digits, request) }
  return { ...base, ...(await priced(db, book, plan, read, request, account)) }
}

async function priced(
  db: Queryable,
  book: ChargingBook,
  plan: CompiledPlan,
  read: ReadNumber,
  request: SimulationRequest,
  account: Account | undefined,
) {
  const { digits } = read
  const call = callOf(request, account)
  const uses = await readPackageUse(db, packageKeysIn(plan, call, digits))
  const sell = sellPrice(plan, call, digits, uses, 0)
  const names = await namesOf(db, request.tenantId)
  const { atMs, seconds, number: dialled } = request
  const left = packageLeft(plan, call, digits, uses)
  const trace = tellCall(plan, { atMs, seconds, dialled, read, package: left, destinationName: names })
  if (typeof sell === 'number') {
    return { outcome: unratedWord(sell), trace, routes: routeOffers(book, digits, request) }
  }
  return {
    outcome: 'charged' as const,
    price: sell,
    currency: currencyLetters(sell.currency) ?? String(sell.currency),
    destination: names(sell.destinationId),
    deck: plan.entries.find((entry) => entry.sell.deckId === sell.deckId)?.sell.name ?? '',
    trace,
    talk: talkFor(plan, call, read, uses, request.credit),
    routes: routeOffers(book, digits, request, sell),
  }
}

/** A call as pricing sees it, that nobody made. */
function callOf(
  { atMs, number, seconds, accountCode }: SimulationRequest,
  account: Account | undefined,
): ChargeableCall {
  return {
    callKey: asCallKey(''),
    openedAtMs: atMs,
    startedAtMs: atMs,
    answeredAtMs: atMs,
    billS: seconds,
    toNumber: number,
    accountcode: accountCode,
    accountId: account?.accountId ?? asAccountId(0),
    carrierId: 0,
    direction: DIRECTION.outbound,
    line: 1,
    held: false,
  }
}

function talkFor(
  plan: CompiledPlan,
  call: ChargeableCall,
  { digits }: ReadNumber,
  uses: PackageLedger,
  credit: Micros | undefined,
): Talk | undefined {
  if (credit === undefined) return undefined
  const left = packageLeft(plan, call, digits, uses)
  const question = { digits, atMs: call.startedAtMs, credit, ...(left && { allowance: left.allowance }) }
  const longest = maxSecondsByPlan(plan, question)
  if (!longest.ok) return undefined
  const costOf = (seconds: number): Micros | undefined => {
    const price = sellPrice(plan, { ...call, billS: seconds }, digits, uses, 0)
    return typeof price === 'number' ? undefined : price.amount
  }
  const { seconds } = longest.value
  const costs = costOf(seconds)
  if (costs === undefined) return undefined
  return { credit, seconds, costs, next: seconds >= LONGEST_CALL_S ? undefined : costOf(seconds + 1) }
}

async function namesOf({ q }: Queryable, tenantId: number): Promise<(destinationId: number) => string> {
  const rows = await q
    .selectFrom('destination')
    .select(['destination_id', 'name'])
    .where('tenant_id', '=', tenantId)
    .execute()
  const names = new Map(rows.map((row) => [row.destination_id, row.name]))
  return (destinationId) => names.get(destinationId) ?? ''
}
