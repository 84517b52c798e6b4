// tollbook deck impact: what a version would have made of last month's calls, before it takes effect.

import { type RevaluationLine, revaluationLines, startRevaluation } from '@tollbook/charging'
import { loadDirectory } from '@tollbook/directory'
import { type DeckDetail, listRates } from '@tollbook/tariffs'
import { callsSpan, lastMonth } from '../calls-span.ts'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { localTime } from '../effective.ts'
import { deckWords, findDeck, findVersion } from '../find-deck.ts'
import { changeOf, type MoneyChange, totalsOf } from '../money-change.ts'
import { seeThrough } from '../see-through.ts'
import { counted, grouped, shortMoney, table } from '../text.ts'
import { limitOf } from './deck-list.ts'

export const deckImpact: Command = {
  needs: 'tenant',
  help: `deck impact prices last month's calls by a version, beside what is in force; nothing is charged.

  tollbook deck impact NAME V [--from DATE] [--to DATE] [--limit N] [--tenant SLUG] [--json]

  --from, --to    calls of another time than last month; --to is exclusive
  --limit         rates and accounts listed at most (default 15)

Rates that begin later are tried as if they had begun.

  tollbook deck impact Retail 3`,
  options: { from: { type: 'string' }, to: { type: 'string' }, limit: { type: 'string' } },
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { db, clock, tenant } = around
  const { name, version: wanted } = deckWords(args, 'deck impact NAME V', 2)
  if (wanted === undefined) throw new UsageError('Which version? tollbook deck impact NAME V')
  const span = callsSpan(args, tenant.zone, clock.now(), lastMonth(clock.now(), tenant.zone))
  const limit = limitOf(args, 15)
  const deck = await findDeck(around, name)
  const { version, state } = findVersion(deck, wanted)
  const order = { tenantId: tenant.tenantId, kind: 'impact' as const, nowMs: clock.now() }
  const id = await startRevaluation(db, { ...order, scope: { ...span, deckId: deck.deckId, version } })
  const done = await seeThrough(around, id, 'Pricing calls', `deck impact "${deck.name}" ${version}`)
  const rates = await revaluationLines(db, id, ['rate'], ALL)
  const parties = await revaluationLines(db, id, [deck.side === 'sell' ? 'account' : 'carrier'], ALL)
  const totals = totalsOf(rates)
  const calls = rates.reduce((sum, line) => sum + line.calls, 0)
  const below = await labelled(around, deck, version, await revaluationLines(db, id, ['below-cost'], limit))
  const shown = await labelled(around, deck, version, rates.slice(0, limit))
  const who = await partyNames(around, deck.side, parties.slice(0, limit))
  const lost = rates.reduce((sum, line) => sum + line.noLongerRated, 0)
  const gained = rates.reduce((sum, line) => sum + line.newlyRated, 0)
  const counts = { calls, callsChanged: done.callsChanged, newlyRated: gained, noLongerRated: lost }
  const from =
    optional(args, 'from') === undefined && optional(args, 'to') === undefined
      ? 'last month'
      : spanText(span, tenant.zone)
  const json = {
    ...{ id, deckId: deck.deckId, name: deck.name, version },
    ...{
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      totals,
      ...counts,
      belowCost: below,
    },
    ...{ rates: shown, belowCost: below, [deck.side === 'sell' ? 'accounts' : 'carriers']: who },
  }
  const parts = [headText(totals, calls, from, deck), warnings(counts, below)]
  if (shown.some(moves)) parts.push(`The largest differences by rate:\n${linesText('prefix', shown.filter(moves))}`)
  if (who.some(moves))
    parts.push(`By ${deck.side === 'sell' ? 'account' : 'carrier'}:\n${linesText('', who.filter(moves))}`)
  if (calls > 0) {
    const next = state === 'draft' ? ` Next: tollbook deck activate "${deck.name}" ${version}` : ''
    parts.push(`Nothing was charged.${next}`)
  }
  return { json, text: parts.filter((part) => part !== '').join('\n\n') }
}

/** All lines: there are as many as different rates were called. */
const ALL = 1_000_000

export function spanText({ fromMs, toMs }: { fromMs: number; toMs: number }, zone: string): string {
  return `${localTime(fromMs, zone)} to ${localTime(toMs, zone)}`
}

function headText(totals: readonly MoneyChange[], calls: number, span: string, { name, side }: DeckDetail): string {
  if (calls === 0) return `No call of ${span} is priced by ${name}. Another time: --from DATE --to DATE`
  return totals
    .map((t) => {
      const by = t.percent === null ? `${signed(t.difference)} ${t.currency}` : `${t.percent} %`
      const what = side === 'sell' ? span : `what carriers are paid for ${span}`
      return `This change moves ${what} by ${by}: ${shortMoney(t.old)} → ${shortMoney(t.new)} ${t.currency}, ${counted(calls, 'call')}`
    })
    .join('\n')
}

type Counts = { readonly newlyRated: number; readonly noLongerRated: number }

function warnings({ newlyRated, noLongerRated }: Counts, below: readonly Labelled[]): string {
  const most = below
    .slice(0, 10)
    .map((line) => `${line.label} (${line.key})`)
    .join(', ')
  return [
    ...(noLongerRated > 0 ? [`${grouped(noLongerRated)} of the calls would have no price any more.`] : []),
    ...(newlyRated > 0 ? [`${grouped(newlyRated)} of the calls have no price now and would get one.`] : []),
    ...(below.length > 0
      ? [`Sold for less than carriers ask: ${most}${below.length > 10 ? ` and ${below.length - 10} more` : ''}.`]
      : []),
  ].join('\n')
}

export type Labelled = MoneyChange & {
  readonly key: string
  readonly label: string
  readonly calls: number
  readonly seconds: number
}

async function labelled(
  { db }: TenantSurroundings,
  deck: DeckDetail,
  version: number,
  lines: readonly RevaluationLine[],
): Promise<readonly Labelled[]> {
  const named: Labelled[] = []
  for (const line of lines) {
    const [prefix = '', window] = line.key.split('/')
    const find = async (of: number | undefined) => {
      if (of === undefined) return undefined
      const page = await listRates(db, deck.deckId, { version: of, search: prefix, limit: 500 })
      return page.items.find((rate) => (rate.prefix || '*') === prefix && rate.windowId === Number(window ?? 0))
    }
    const rate = (await find(version)) ?? (await find(deck.versions.find((v) => v.state === 'in-force')?.version))
    const label = `${rate?.destination ?? ''}${rate?.window ? `, ${rate.window}` : ''}`
    named.push({
      key: prefix,
      label,
      calls: line.calls,
      seconds: line.seconds,
      ...changeOf(line.currency, line.old, line.new),
    })
  }
  return named
}

/** Accounts or carriers by their names. */
export async function partyNames(
  { db, tenant }: TenantSurroundings,
  side: 'sell' | 'buy',
  lines: readonly RevaluationLine[],
): Promise<readonly Labelled[]> {
  const { accountsById, carriersById } = await loadDirectory(db, tenant.tenantId)
  return lines.map((line) => {
    const [account, carrier] = [accountsById.get(Number(line.key)), carriersById.get(Number(line.key))]
    const [key, label] =
      side === 'sell' ? [account?.code ?? line.key, account?.name ?? ''] : ['', carrier?.name ?? line.key]
    return { key, label, calls: line.calls, seconds: line.seconds, ...changeOf(line.currency, line.old, line.new) }
  })
}

function moves(line: Labelled): boolean {
  return line.old !== line.new
}

export function signed(amount: string): string {
  return amount.startsWith('-') ? shortMoney(amount) : `+${shortMoney(amount)}`
}

export function linesText(title: string, lines: readonly Labelled[]): string {
  const right = { align: 'right' as const }
  const columns = [
    { title },
    { title: '' },
    { title: 'calls', ...right },
    { title: 'now', ...right },
    { title: 'then', ...right },
  ]
  const more = [{ title: 'difference', ...right }, { title: '%', ...right }, { title: '' }]
  const rows = lines.map((l) => [
    ...[l.key, l.label === l.key ? '' : l.label, grouped(l.calls), shortMoney(l.old), shortMoney(l.new)],
    ...[signed(l.difference), l.percent ?? '–', l.currency],
  ])
  return table([...columns, ...more], rows)
}
