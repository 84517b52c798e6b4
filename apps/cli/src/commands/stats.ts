// tollbook stats: the same figures as the pages, as a table or as JSON.

import { statsTable, written } from '@tollbook/exports'
import { FILTER_NAMES } from '@tollbook/selection'
import {
  COMPARES,
  METRICS,
  type MetricName,
  parseStatsQuery,
  queryStats,
  STATS_BY,
  STATS_SPLIT,
  type StatsResult,
  type StatsRow,
} from '@tollbook/stats'
import { columnCopy } from '@tollbook/stats/columns'
import { DateTime } from 'luxon'
import { filterHelp } from '../calls-filter.ts'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { grouped, shortMoney, table } from '../text.ts'

const QUESTION = ['from', 'to', 'by', 'split', 'metrics', 'zone', 'limit', 'compare', ...FILTER_NAMES]

export const statsCommand: Command = {
  needs: 'tenant',
  help: `stats of calls: legs, calls, answered, asr, acd, minutes, revenue, cost, margin …

  tollbook stats --from DATE --to DATE [--by ${STATS_BY.join('|')}]
                 [--metrics a,b,c] [--zone ZONE] [--limit N] [--tenant SLUG] [--json|--csv]
                 [--split ${STATS_SPLIT.join('|')}]
                 [--compare ${COMPARES.join('|')}]

  --from, --to    dates (2026-11-01, local midnight) or instants (2026-11-01T00:00:00Z); --to is exclusive
  --by            what a row is (default: none, one row)
  --split         a second dimension: the eight largest and "other"
  --compare       also the period before, the same weekdays before, or the same dates a year before
  --metrics       ${Object.keys(METRICS).join(', ')}
  --csv           the rows for a spreadsheet; tollbook export stats writes other formats too
  --zone          zone of days and hours (default: the tenant's)
${filterHelp(18)}

  tollbook stats --from 2026-10-01 --to 2026-11-01 --by destination --metrics calls,asr,revenue,margin`,
  options: {
    ...Object.fromEntries(QUESTION.map((name) => [name, { type: 'string' as const }])),
    csv: { type: 'boolean' },
  },
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { tenantId, zone, currencyNumber } = around.tenant
  const raw = Object.fromEntries(QUESTION.map((name) => [name, optional(args, name)]))
  const query = parseStatsQuery(raw, { tenantId, zone, currency: currencyNumber }, around.clock.now())
  if (!query.ok) throw new UsageError(query.error.fields.map((f) => `--${f.field} ${f.message}`).join('\n'))
  const answer = await queryStats(around.db, query.value, columnCopy(around.config.dataDir))
  if (args.options.csv === true) {
    if (args.options.json === true) throw new UsageError('--csv and --json are two answers: take one')
    for await (const piece of written('csv', statsTable(answer))) around.out(String(piece))
    return { json: {}, text: '', streamed: true }
  }
  const { before } = answer
  const at = (iso: string) =>
    DateTime.fromISO(iso, { zone: answer.zone }).toFormat('yyyy-MM-dd HH:mm').replace(' 00:00', '')
  const compared = before ? `, compared with ${at(before.from)} to before ${at(before.to)}` : ''
  const text = [
    `${around.tenant.name}, from ${optional(args, 'from')} to before ${optional(args, 'to')}, ${answer.zone}${compared}`,
    '',
    tableOf(answer, query.value.metrics),
    ...(answer.rows.length === 0 ? ['', 'No calls in this time. Next: tollbook import FILE'] : []),
  ].join('\n')
  return { json: answer, text }
}

function tableOf({ by, split, currency, rows, total, before }: StatsResult, metrics: readonly MetricName[]): string {
  const splits = split === 'none' ? [] : [split]
  const values = (
    now: StatsRow | StatsResult['total'] | undefined,
    then: StatsRow | StatsResult['total'] | undefined,
  ) => metrics.flatMap((m) => [cell(m, now?.[m]), ...(before ? [cell(m, then?.[m])] : [])])
  const longer = Math.max(rows.length, before?.rows.length ?? 0)
  const lines = Array.from({ length: longer }, (_, i) => {
    const [now, then] = [rows[i], before?.rows[i]]
    const row = (now ?? then)!
    return [row.label, ...splits.map(() => row.splitLabel ?? ''), ...values(now, then)]
  })
  const titles = metrics.flatMap((m) => [titleOf(m, currency), ...(before ? ['before'] : [])])
  const sums = by === 'none' ? [] : [['total', ...splits.map(() => ''), ...values(total, before?.total)]]
  return table(
    [
      { title: by === 'none' ? '' : by },
      ...splits.map((title) => ({ title })),
      ...titles.map((title) => ({ title, align: 'right' as const })),
    ],
    [...lines, ...sums],
  )
}

function titleOf(metric: MetricName, currency: string): string {
  const { unit } = METRICS[metric]
  const words = metric.replace('_pct', '').replaceAll('_', ' ')
  if (unit === 'count' || unit === 'min') return words
  return `${words} ${unit === 'money' ? currency : unit}`
}

function cell(metric: MetricName, value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'string') return shortMoney(value)
  return METRICS[metric].unit === 'count' ? grouped(value) : value.toFixed(1)
}
