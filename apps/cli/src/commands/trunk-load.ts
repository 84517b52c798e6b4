// tollbook trunk-load: the figures of the page Trunks, as tables or as JSON.

import { type BusyHourAt, parseLoadQuery, queryLoad, type TrunkLoad } from '@tollbook/stats/load'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { grouped, table } from '../text.ts'

export const trunkLoadCommand: Command = {
  needs: 'tenant',
  help: `trunk-load of each trunk: channels in use, busy hours, blocking, channels needed

  tollbook trunk-load --from DATE --to DATE [--trunk ID|none|all] [--target PERCENT] [--zone ZONE] [--tenant SLUG] [--json]

  --from, --to    dates (2026-11-01, local midnight) or instants (2026-11-01T00:00:00Z); --to is exclusive
  --trunk         whose busy hours are told by all four methods, and whose series --json has (default: all)
  --target        blocking that is put up with, in percent (default: 1)
  --zone          zone of days and hours (default: the tenant's)

  tollbook trunk-load --from 2026-10-01 --to 2026-11-01 --target 0.1`,
  options: Object.fromEntries(
    ['from', 'to', 'zone', 'trunk', 'target'].map((name) => [name, { type: 'string' as const }]),
  ),
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  const raw = Object.fromEntries(Object.keys(trunkLoadCommand.options).map((name) => [name, optional(args, name)]))
  const query = parseLoadQuery(raw, around.tenant)
  if (!query.ok) throw new UsageError(query.error.fields.map((f) => `--${f.field} ${f.message}`).join('\n'))
  const load = await queryLoad(around.db, query.value, around.clock.now())
  const text = [
    `${around.tenant.name}, from ${optional(args, 'from')} to before ${optional(args, 'to')}, ${load.zone}`,
    '',
    trunkTable(load),
    '',
    busyHours(load),
    ...(load.all.seizures === 0
      ? ['', 'No trunk was used in this time. Trunks are told by rules: tollbook rules show']
      : []),
  ].join('\n')
  return { json: load, text }
}

function trunkTable({ trunks, all, target, zone }: TrunkLoad): string {
  const titles = ['capacity', 'peak', 'first at', 'talking', 'at limit s', 'met full', '34/38/42/44', 'seizures', 'cps']
  const busy = ['busy hour', 'Erlang', 'BHCA', 'util. %', 'blocking %', `channels for ${target} %`]
  const columns = [{ title: 'trunk' }, ...[...titles, ...busy].map((title) => ({ title, align: 'right' as const }))]
  const line = (name: string, f: TrunkLoad['all']) => [
    name,
    ...[count(f.capacity), count(f.peak), clock(f.peakAt, zone), count(f.talkPeak), share(f.limitSeconds, 0)],
    ...[count(f.metFull), count(f.congested), count(f.seizures), count(f.cps), clock(f.busyHour?.at ?? null, zone)],
    ...[share(f.busyHour?.erlangs ?? null, 2), count(f.busyHour?.seizures ?? null), share(f.utilisation, 1)],
    ...[share(f.blocking, 2), count(f.channelsNeeded)],
  ]
  return table(columns, [...trunks.map((t) => line(t.id === null ? '(no name)' : t.name, t)), line('together', all)])
}

function busyHours({ chosen, trunks, zone }: TrunkLoad): string {
  const { fixed, sliding, timeConsistent, dailyPeaks } = chosen.busyHours
  const name = trunks.find((t) => String(t.id ?? 'none') === chosen.trunk)?.name || chosen.trunk
  const at = (hour: BusyHourAt | null) => (hour ? clock(hour.at, zone) : '–')
  const rows = [
    ['fixed (hour of the clock)', at(fixed), fixed],
    ['sliding 60 min', at(sliding), sliding],
    ['TCBH (same hour, mean of days)', timeConsistent ? `${timeConsistent.clock}:00` : '–', timeConsistent],
    ['ADPH (mean of daily peaks)', dailyPeaks ? `${dailyPeaks.days} days` : '–', dailyPeaks],
  ] as const
  return table(
    [
      { title: `busy hour of ${name}` },
      ...['when', 'Erlang', 'BHCA'].map((title) => ({ title, align: 'right' as const })),
    ],
    rows.map(([method, when, h]) => [method, when, share(h?.erlangs ?? null, 2), share(h?.seizures ?? null, 1)]),
  )
}

function count(n: number | null): string {
  return n === null ? '–' : grouped(n)
}

function share(n: number | null, places: number): string {
  return n === null ? '–' : n.toFixed(places)
}

function clock(iso: string | null, zone: string): string {
  if (iso === null) return '–'
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return parts.format(new Date(iso))
}
