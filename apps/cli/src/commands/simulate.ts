// tollbook simulate: what a call would cost, and why; how long a credit lasts; what each carrier would ask.

import { type RouteOffer, type Simulation, simulate } from '@tollbook/charging'
import { formatMoney, type Micros, parseMoney } from '@tollbook/kernel'
import { LONGEST_CALL_S } from '@tollbook/rating'
import {
  type Answer,
  type Args,
  type Command,
  optional,
  required,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { parseInstant } from '../parse-instant.ts'
import { grouped, table } from '../text.ts'
import { traceSentences } from '../trace-sentences.ts'

export const simulateCommand: Command = {
  needs: 'tenant',
  help: `simulate works out one call as it would be charged; nothing is written.

  tollbook simulate --number N --seconds S [--account A] [--at T] [--credit 5.00] [--tenant SLUG] [--json]

  --number     as dialled: 0044 7700 900461, +447700900461
  --seconds    how long is talked
  --account    account code; without it, what an account is sold that has nothing of its own
  --at         when it is answered: 2026-11-23T17:24:14Z, or "2026-11-23 17:24" in the tenant's zone (default: now)
  --credit     also say how long one may talk with so much

  tollbook simulate --account 1017 --number 00447700900461 --at "2026-11-23 17:24:14" --seconds 363 --credit 5.00`,
  options: Object.fromEntries(
    ['number', 'seconds', 'account', 'at', 'credit'].map((name) => [name, { type: 'string' as const }]),
  ),
  run,
}

async function run(args: Args, { db, tenant, clock }: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0)
    throw new UsageError(`Not understood: ${args.words.join(' ')}. Quote a number with blanks.`)
  const number = required(args, 'number')
  const accountCode = optional(args, 'account') ?? ''
  const seconds = secondsOf(required(args, 'seconds'))
  const at = optional(args, 'at')
  const atMs = at === undefined ? clock.now() : parseInstant('at', at, tenant.zone)
  const credit = creditOf(optional(args, 'credit'))
  const done = await simulate(db, { tenantId: tenant.tenantId, accountCode, number, atMs, seconds, credit })
  const json = jsonOf(done, { number, atMs, seconds })
  return { json, text: textOf(done, json), failed: done.outcome === 'no-account' }
}

function secondsOf(text: string): number {
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(seconds <= LONGEST_CALL_S)) throw new UsageError(`--seconds ${text} is not a whole number of seconds.`)
  return seconds
}

function creditOf(text: string | undefined): Micros | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(text)) throw new UsageError(`--credit ${text} is not an amount such as 5.00.`)
  return parseMoney(text)
}

type Asked = { readonly number: string; readonly atMs: number; readonly seconds: number }

function jsonOf(done: Simulation, { number, atMs, seconds }: Asked) {
  const { account, plan, digits, zone, currency, outcome, destination, deck, price, trace, talk, routes } = done
  return {
    account: account === undefined ? null : { id: account.accountId, code: account.code, name: account.name },
    ...{ plan, number, digits, at: new Date(atMs).toISOString(), zone, seconds, currency, outcome, destination, deck },
    prefix: price?.prefix ?? '',
    deckId: price?.deckId ?? 0,
    deckVersion: price?.deckVersion ?? 0,
    billedSeconds: price?.billedS ?? 0,
    freeSeconds: price?.freeS ?? 0,
    amount: money(price?.amount),
    trace,
    talk:
      talk === undefined
        ? null
        : { ...talk, credit: money(talk.credit), costs: money(talk.costs), next: money(talk.next) },
    routes: routes.map(routeJson),
  }
}

function routeJson(route: RouteOffer) {
  const { pricePerMinute, cost, margin, marginPercent } = route
  return {
    ...route,
    pricePerMinute: pricePerMinute ?? null,
    cost: money(cost),
    margin: money(margin),
    marginPercent: marginPercent ?? null,
  }
}

function money(amount: Micros | undefined): string | null {
  return amount === undefined ? null : formatMoney(amount)
}

const NEXT: Readonly<Record<Exclude<Simulation['outcome'], 'charged'>, string>> = {
  'no-rate': 'No rate fits the number. See what the deck holds: tollbook deck show NAME',
  blocked: 'The plan does not sell calls to this number.',
  expired: 'Rates fit the number, but none was in force at that moment.',
  ambiguous:
    'Two rates fit the number equally well and say different things. Give one of their windows a higher priority, or remove one.',
  'no-deck': 'There is no deck to sell by in this currency. Import one: tollbook deck import FILE --name Retail',
  'not-a-number': 'What was dialled is not a telephone number.',
  'no-account': 'There is no account with this code. Leave --account out for what is sold by default.',
}

function textOf(done: Simulation, json: ReturnType<typeof jsonOf>): string {
  const { currency, outcome } = done
  const lines = traceSentences(done.trace, currency).map(({ text, figure }, i) => [`${i + 1}.`, text, figure])
  const answer =
    outcome === 'charged'
      ? ['', 'Charge', `${trimmed(json.amount ?? '')} ${currency}`]
      : ['', `Not charged (${outcome}). ${NEXT[outcome]}`, '']
  const titles = [{ title: '' }, { title: headOf(done, json.seconds) }, { title: '', align: 'right' as const }]
  const parts = [table(titles, [...lines, answer])]
  if (done.talk) parts.push(talkText(done.talk, currency))
  if (done.routes.length > 0) parts.push(routesText(json.routes))
  return parts.join('\n\n')
}

function headOf({ account, plan, destination }: Simulation, seconds: number): string {
  const who = account === undefined ? 'An account without terms of its own' : `Account ${account.code} ${account.name}`
  const where = destination === '' ? '' : `, ${destination}`
  return `${who}${plan === '' ? '' : `, plan "${plan}"`}${where}, ${grouped(seconds)} s`
}

function talkText({ credit, seconds, costs, next }: NonNullable<Simulation['talk']>, currency: string): string {
  const amount = (value: Micros) => `${trimmed(formatMoney(value))} ${currency}`
  const more = next === undefined ? 'It never ends.' : `One second more would cost ${amount(next)}.`
  return `With ${amount(credit)} one may talk for ${grouped(seconds)} s (${clockText(seconds)}), which cost ${amount(costs)}. ${more}`
}

function clockText(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${h} h ${m} min ${s} s`
}

function routesText(routes: readonly ReturnType<typeof routeJson>[]): string {
  const right = { align: 'right' as const }
  const columns = [{ title: 'route' }, { title: 'carrier' }, { title: 'prefix' }, { title: 'buy a minute', ...right }]
  const money = [{ title: 'cost', ...right }, { title: 'margin', ...right }, { title: '%', ...right }, { title: '' }]
  const rows = routes.map((route) => [
    ...[route.trunk || '–', route.carrier, route.prefix || '–', route.pricePerMinute ?? '–'],
    ...[trimmed(route.cost ?? '–'), trimmed(route.margin ?? '–'), route.marginPercent ?? '–'],
    route.outcome === 'priced' ? (route.margin?.startsWith('-') ? 'below cost' : '') : route.outcome,
  ])
  return table([...columns, ...money], rows)
}

/** Exact, but without zeros beyond the cent. */
function trimmed(amount: string): string {
  return amount.replace(/(\.\d\d\d*?)0+$/, '$1')
}
