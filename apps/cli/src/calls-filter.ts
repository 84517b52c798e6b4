// Which calls a command means: its span of time and the filters that all commands about calls take.

import type { TenantId } from '@tollbook/kernel'
import { clockFault, FILTER_NAMES, parseFilters, resolveFilters, type Selection } from '@tollbook/selection'
import { callsSpan, type Span, sinceLastMonth } from './calls-span.ts'
import { type Args, optional, type TenantSurroundings, UsageError } from './command.ts'

/** What the help of such a command says of its filters; `indent` blanks in front. */
export function filterHelp(indent: number): string {
  const lines = [
    `only these calls: a value, several (a,b), all but these (!a,b), none;`,
    `numbers also as patterns (_2XXN, _0044.), lengths and amounts as 10-60, 60-, -10;`,
    `hours of the day and weekdays (1 is Monday) by the clocks of the zone, also as 9-17`,
  ]
  return [`  --${FILTER_NAMES.join(', --')}`, ...lines.map((line) => ' '.repeat(indent) + line)].join('\n')
}

/** Calls since last month began where no time is named. */
export async function callsFilter(
  args: Args,
  { db, tenant, clock }: TenantSurroundings,
): Promise<Span & { readonly tenantId: TenantId; readonly currency: number; readonly selection: Selection }> {
  const raw = Object.fromEntries(FILTER_NAMES.map((name) => [name, optional(args, name)]))
  const faults: string[] = []
  const filters = parseFilters(raw, (field, message) => void faults.push(`--${field} ${message}`))
  if (faults.length > 0) throw new UsageError(faults.join('\n'))
  const span = callsSpan(args, tenant.zone, clock.now(), sinceLastMonth(clock.now(), tenant.zone))
  const fault = clockFault(filters.clock, span)
  if (fault) throw new UsageError(`--${fault.field} ${fault.message}`)
  const selection = await resolveFilters(db, tenant.tenantId, filters, {
    ...span,
    zone: optional(args, 'zone') ?? tenant.zone,
  })
  return { tenantId: tenant.tenantId, currency: tenant.currencyNumber, ...span, selection }
}
