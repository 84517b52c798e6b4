// tollbook import: files of records from disk, over the same road as the page and the API.

import { basename, resolve } from 'node:path'
import { type ImportReport, importCdrs } from '@tollbook/charging'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { progressOn } from '../progress.ts'
import { MAIN_SOURCE, MAIN_TENANT } from '../provision.ts'
import { recordFiles } from '../record-files.ts'
import { rollUpAll } from '../roll-up-all.ts'
import { grouped, pairs } from '../text.ts'

export const importCommand: Command = {
  needs: 'tenant',
  help: `import files of call records: Master.csv of any width, cdr_custom, cel_custom, queue_log, recorded AMI (.ami), .gz of each.

  tollbook import FILE|FOLDER… [--source NAME] [--zone auto|ZONE] [--columns LIST] [--tenant SLUG] [--json]

  --source NAME   which PBX the file comes from (default: ${MAIN_SOURCE}); the same call from two sources counts twice
  --zone ZONE     zone of the times in the file: auto (default), UTC, +03:00 or a name like Europe/Dublin
  --columns LIST  columns of a mapping of your own, "clid,src,dst,…", or the line of cdr_custom.conf or cel_custom.conf
  --tenant SLUG   default: ${MAIN_TENANT}

Of a folder, the files that hold records are taken, oldest first, without the copies of single accounts. Importing a
file again inserts nothing. Rows that cannot be read are set aside, whole, and can be tried again.

  tollbook import /var/log/asterisk/cdr-csv/Master.csv --source office`,
  options: { source: { type: 'string' }, zone: { type: 'string' }, columns: { type: 'string' } },
  run,
}

type FileReport = ImportReport
type Counts = Record<(typeof COUNTS)[number], number>
type Show = (fraction: number) => void

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length === 0) throw new UsageError('Which file? tollbook import FILE…')
  const words = args.words.map((word) => resolve(around.config.invokedFrom, word))
  const { paths, skipped } = await recordFiles(words, optional(args, 'columns'))
  const progress = progressOn(around.tty.err, (line) => around.err(`${line}\n`))
  const reports: FileReport[] = []
  try {
    for (const [i, path] of paths.entries()) {
      const show: Show = (fraction) => progress.show(basename(path), (i + fraction) / paths.length)
      reports.push(await importOne(path, args, around, show))
    }
  } finally {
    progress.end()
  }
  await rollUpAll(around.db, around.clock)
  const total = reports.length === 1 ? reports[0]! : addUp(reports)
  const files = paths.map((path, i) => ({ file: basename(path), ...reports[i]! }))
  const json = { ...total, ...(reports.length > 1 && { files }), ...(skipped.length > 0 && { skipped }) }
  const passed = skipped.map(({ file, reason }) => `passed over ${file}: ${reason}`)
  return { json, text: [textOf(total, files, around.tenant.slug), ...passed].join('\n') }
}

async function importOne(path: string, args: Args, around: TenantSurroundings, show: Show): Promise<FileReport> {
  const filename = basename(path)
  const done = await importCdrs(around.db, {
    tenantId: around.tenant.tenantId,
    source: optional(args, 'source') ?? MAIN_SOURCE,
    zone: optional(args, 'zone') ?? 'auto',
    filename,
    path,
    columns: optional(args, 'columns'),
    clock: around.clock,
    onProgress: ({ bytesDone, bytesTotal }) => show(bytesTotal === 0 ? 1 : bytesDone / bytesTotal),
  })
  if (!done.ok) throw new CommandError(done.error.kind, `${filename}: ${done.error.reason}`)
  const { source, format, zone, seconds, ...counts } = done.value
  return { source, format, zone, ...inOrder((name) => counts[name]), seconds }
}

const EVENTS = ['cel', 'queue_events'] as const
const COUNTS = [
  'read',
  'inserted',
  ...EVENTS,
  'duplicates',
  'matched',
  'rejected',
  'calls',
  'rated',
  'unrated',
] as const

function inOrder(of: (name: (typeof COUNTS)[number]) => number): Counts {
  return Object.fromEntries(COUNTS.map((name) => [name, of(name)])) as Counts
}

function addUp(reports: readonly FileReport[]): FileReport {
  const same = (of: (r: FileReport) => string) => (new Set(reports.map(of)).size === 1 ? of(reports[0]!) : 'several')
  const sum = (of: (r: FileReport) => number) => reports.reduce((n, r) => n + of(r), 0)
  return {
    source: same((r) => r.source),
    format: same((r) => r.format),
    zone: same((r) => r.zone),
    ...inOrder((name) => sum((r) => r[name])),
    seconds: Math.round(sum((r) => r.seconds) * 1000) / 1000,
  }
}

function textOf(total: FileReport, files: readonly { readonly file: string }[], tenant: string): string {
  const rate = total.seconds > 0 ? `, ${grouped(Math.round(total.read / total.seconds))} rows a second` : ''
  const events = EVENTS.flatMap((name): [string, string][] =>
    total[name] === 0 ? [] : [[name === 'cel' ? 'channel events' : 'queue events', grouped(total[name])]],
  )
  const lines = [
    `${files.map((f) => f.file).join(', ')}: ${total.format}, zone ${total.zone}, source ${total.source}`,
    '',
    pairs([
      ['read', grouped(total.read)],
      ['inserted', grouped(total.inserted)],
      ...events,
      ['known already', grouped(total.duplicates)],
      ['set aside', grouped(total.rejected)],
      ['calls', grouped(total.calls)],
      ['rated', grouped(total.rated)],
      ['unrated', grouped(total.unrated)],
    ]),
    '',
    `${total.seconds.toFixed(1)} s${rate}`,
  ]
  return [...lines, ...next(total, tenant)].join('\n')
}

/** One sentence on what to do now; the first that applies. */
function next(total: FileReport, tenant: string): string[] {
  const of = tenant === MAIN_TENANT ? '' : ` --tenant ${tenant}`
  if (total.unrated > 0)
    return [`Next: give the unrated calls a price: tollbook deck import RATES.csv --name NAME${of}`]
  if (total.rejected > 0) return ['Next: look at the rows that were set aside on the page Imports.']
  return [`Next: npm start, or: tollbook stats --from DATE --to DATE --by day${of}`]
}
