// tollbook coverage: where tariffs have holes, and where calls are sold below cost.

import { type UnratedWord, unratedWord } from '@tollbook/calls'
import { type Coverage, coverage } from '@tollbook/charging'
import { callsSpan, sinceLastMonth } from '../calls-span.ts'
import { type Answer, type Args, type Command, type TenantSurroundings, UsageError } from '../command.ts'
import { localTime } from '../effective.ts'
import { grouped, shortMoney, table } from '../text.ts'
import { spanText } from './deck-impact.ts'

export const coverageCommand: Command = {
  needs: 'tenant',
  help: `coverage shows where numbers are called that have no price, and where calls are sold for less than they cost.

  tollbook coverage [--from DATE] [--to DATE] [--tenant SLUG] [--json]

  --from, --to    when the calls were made, --to exclusive (default: from the beginning of last month until now)`,
  options: { from: { type: 'string' }, to: { type: 'string' } },
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
  const { db, clock, tenant } = around
  const span = callsSpan(args, tenant.zone, clock.now(), sinceLastMonth(clock.now(), tenant.zone))
  const found = await coverage(db, tenant.tenantId, span.fromMs, span.toMs)
  const unrated = found.unrated.map(({ reason, lastAtMs, ...group }) => ({
    ...group,
    reason: unratedWord(reason),
    lastAt: new Date(lastAtMs).toISOString(),
  }))
  const json = {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    unrated,
    belowCost: found.belowCost,
  }
  return { json, text: textOf(found, spanText(span, tenant.zone), tenant.zone) }
}

const NEXT: Readonly<Record<UnratedWord, string>> = {
  'no-account': 'the calls have no account code: set one in the dial plan',
  'no-deck': 'nothing to sell by in their currency: tollbook deck import',
  'no-rate': 'no rate fits: add one to the deck',
  'not-a-number': 'not a telephone number',
  blocked: 'the plan does not sell these',
  expired: 'no rate was in force then: tollbook deck show NAME --search PREFIX',
  ambiguous: 'two rates fit equally well: remove one',
  held: 'too long to be believed: tollbook calls release KEY',
}

const right = { align: 'right' as const }

function textOf({ unrated, belowCost }: Coverage, span: string, zone: string): string {
  if (unrated.length === 0 && belowCost.length === 0) {
    return `Every call of ${span} has a price, and none is sold below cost.`
  }
  const parts: string[] = []
  if (unrated.length > 0) {
    const columns = [
      { title: 'prefix' },
      { title: 'calls', ...right },
      { title: 'minutes', ...right },
      { title: 'last' },
      { title: 'reason' },
      { title: '' },
    ]
    const rows = unrated.map((group) => {
      const word = unratedWord(group.reason)
      return [
        group.prefix || '–',
        grouped(group.calls),
        minutes(group.seconds),
        localTime(group.lastAtMs, zone),
        word,
        NEXT[word],
      ]
    })
    parts.push(`Calls without a price, ${span}:\n${table(columns, rows)}`)
  }
  if (belowCost.length > 0) {
    const columns = [
      { title: 'destination' },
      { title: 'carrier' },
      { title: 'calls', ...right },
      { title: 'minutes', ...right },
    ]
    const money = [
      { title: 'revenue', ...right },
      { title: 'cost', ...right },
      { title: 'margin', ...right },
      { title: '' },
    ]
    const rows = belowCost.map((line) => [
      ...[line.destination.name || '–', line.carrier.name, grouped(line.calls), minutes(line.seconds)],
      ...[shortMoney(line.revenue), shortMoney(line.cost), shortMoney(line.margin), line.currency],
    ])
    parts.push(`Sold for less than carriers ask, ${span}:\n${table([...columns, ...money], rows)}`)
  }
  return parts.join('\n\n')
}

/** Whole minutes, of which the last may be begun. */
function minutes(seconds: number): string {
  return grouped(Math.ceil(seconds / 60))
}
