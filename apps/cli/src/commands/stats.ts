// tollbook stats: the same figures as the pages, as a table or as JSON.

import { statsTable, written } from '@tollbook/exports'
import { FILTER_NAMES } from '@tollbook/selection'
import { COMPARES, METRICS, parseStatsQuery, queryStats, STATS_BY, STATS_SPLIT } from '@tollbook/stats'
import { columnCopy } from '@tollbook/stats/columns'
import { DateTime } from 'luxon'
import { filterHelp } from '../calls-filter.ts'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { statsText } from '../stats-text.ts'

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
    statsText(answer, query.value.metrics),
    ...(answer.rows.length === 0 ? ['', 'No calls in this time. Next: tollbook import FILE'] : []),
  ].join('\n')
  return { json: answer, text }
}
