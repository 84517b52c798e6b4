// tollbook report: what a day was like, for a terminal or as a mail that any mailer takes: the figures are those of the pages.

import { FILTER_NAMES } from '@tollbook/selection'
import {
  COMPARES,
  type MetricName,
  parseStatsQuery,
  queryStats,
  type StatsBy,
  type StatsQuery,
  type StatsResult,
} from '@tollbook/stats'
import { columnCopy } from '@tollbook/stats/columns'
import { DateTime } from 'luxon'
import { filterHelp } from '../calls-filter.ts'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { pagesAddress } from '../pages-address.ts'
import { mailOf, type Part } from '../report-mail.ts'
import { figureText, statsCells, titleOf } from '../stats-text.ts'
import { table } from '../text.ts'

const QUESTION = ['from', 'to', 'zone', 'compare', ...FILTER_NAMES]

export const reportCommand: Command = {
  needs: 'tenant',
  help: `report tells what a day was like, beside the same weekday before; for a terminal, or as a mail.

  tollbook report [--from DATE --to DATE] [--compare ${COMPARES.join('|')}] [--zone ZONE] [--tenant SLUG] [--json]
                  [--mail-to ADDRESS,… [--mail-from ADDRESS]]

  --from, --to   dates (2026-11-01, local midnight) or instants; --to is exclusive (default: yesterday)
  --compare      what it stands beside (default: weekday for one day, else previous)
  --mail-to      writes a mail to these addresses, text and HTML, to standard output: for sendmail, msmtp, curl
  --mail-from    who it is from (default: tollbook@localhost)
${filterHelp(17)}

  tollbook report --mail-to ops@example.com | sendmail -t`,
  options: Object.fromEntries([...QUESTION, 'mail-to', 'mail-from'].map((name) => [name, { type: 'string' as const }])),
  run,
}

/** Each a table of its own: by what, and of which figures. */
const PARTS: readonly { readonly title: string; readonly by: StatsBy; readonly metrics: readonly MetricName[] }[] = [
  { title: 'How calls ended', by: 'outcome', metrics: ['calls'] },
  { title: 'Destinations', by: 'destination', metrics: ['calls', 'asr', 'minutes', 'revenue', 'margin'] },
  { title: 'Accounts', by: 'account', metrics: ['calls', 'minutes', 'revenue', 'margin'] },
  { title: 'Trunks', by: 'trunk', metrics: ['calls', 'asr_carrier', 'acd', 'cost'] },
]
const FIGURES: readonly MetricName[] = [
  ...(['calls', 'answered', 'missed', 'asr', 'acd', 'minutes', 'unrated', 'revenue', 'cost', 'margin'] as const),
]
/** Rows of a table; the rest is one. */
const TOP = '10'

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { mailTo, mailFrom } = { mailTo: optional(args, 'mail-to'), mailFrom: optional(args, 'mail-from') }
  if (mailTo !== undefined && args.options.json === true) throw new UsageError('--mail-to and --json are two answers')
  if (mailTo !== undefined && !mailTo.includes('@')) throw new UsageError('--mail-to has no address')
  if (mailTo === undefined && mailFrom !== undefined) throw new UsageError('--mail-from is of a mail: who is it to?')
  const ask = askOf(args, around)
  const whole = await ask('none', FIGURES)
  const answers: StatsResult[] = []
  for (const { by, metrics } of PARTS) answers.push(await ask(by, metrics))
  const at = (iso: string) => DateTime.fromISO(iso, { zone: whole.zone })
  const day = (from: string, to: string) => {
    const [first, end] = [at(from), at(to)]
    if (first.plus({ days: 1 }).equals(end)) return first.toFormat('cccc, d LLLL yyyy')
    const clock = [first, end].every((one) => one.equals(one.startOf('day'))) ? 'd LLL yyyy' : 'd LLL yyyy HH:mm'
    return `${first.toFormat(clock)} to before ${end.toFormat(clock)}`
  }
  const { before } = whole
  const title = `${around.tenant.name}: ${day(whole.from, whole.to)}`
  const lead = `Beside ${before ? day(before.from, before.to) : 'nothing'}; ${whole.zone}. A call counts when it began.`
  const parts = [
    wholePart(whole),
    ...PARTS.map(({ title, metrics }, i) => ({ title, ...statsCells(answers[i]!, metrics) })),
  ]
  const range = `${at(whole.from).toISODate()}..${at(whole.to).toISODate()}`
  const link = `${pagesAddress(around.config)}/?tenant=${around.tenant.slug}&range=${range}`
  const text = [title, lead, ...parts.map((part) => `${part.title}\n${table(part.columns, part.rows)}`), link].join(
    '\n\n',
  )
  if (mailTo === undefined) return { json: { whole, parts: answers }, text }
  const addresses = { to: mailTo, from: mailFrom ?? 'tollbook@localhost' }
  around.out(await mailOf({ ...addresses, dateMs: around.clock.now(), title, lead, parts, link, text }))
  return { json: {}, text: '', streamed: true }
}

/** Figures one below the other: there is one row of them. */
function wholePart({ total, before, currency }: StatsResult): Part {
  const right = { align: 'right' as const }
  const cells = (of: StatsResult['total'] | undefined, name: MetricName) => (of ? [figureText(name, of[name])] : [])
  return {
    title: 'All calls',
    columns: [{ title: '' }, { title: 'now', ...right }, ...(before ? [{ title: 'before', ...right }] : [])],
    rows: FIGURES.map((name) => [titleOf(name, currency), ...cells(total, name), ...cells(before?.total, name)]),
  }
}

function askOf(args: Args, { tenant, clock, config, db }: TenantSurroundings) {
  const given = Object.fromEntries(QUESTION.map((name) => [name, optional(args, name)]))
  if ((given.from === undefined) !== (given.to === undefined)) throw new UsageError('--from and --to go together')
  const today = DateTime.fromMillis(clock.now(), { zone: given.zone ?? tenant.zone }).startOf('day')
  const [from, to] = [given.from ?? today.minus({ days: 1 }).toISODate(), given.to ?? today.toISODate()]
  const oneDay =
    DateTime.fromISO(from ?? '')
      .plus({ days: 1 })
      .toISODate() === to
  const compare = given.compare ?? (oneDay ? 'weekday' : 'previous')
  const copy = columnCopy(config.dataDir)
  const world = { tenantId: tenant.tenantId, zone: tenant.zone, currency: tenant.currencyNumber }
  return async (by: StatsBy, metrics: readonly MetricName[]): Promise<StatsResult> => {
    const words = {
      ...given,
      from: from ?? undefined,
      to: to ?? undefined,
      compare,
      by,
      metrics: metrics.join(),
      limit: TOP,
    }
    const query = parseStatsQuery(words, world, clock.now())
    if (!query.ok) throw new UsageError(query.error.fields.map((f) => `--${f.field} ${f.message}`).join('\n'))
    return queryStats(db, query.value satisfies StatsQuery, copy)
  }
}
