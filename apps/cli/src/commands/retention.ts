// tollbook retention: how many months of calls are kept, what the rule would do and has done, and the end of what it put aside.

import {
  detachNext,
  dropMonths,
  type RetentionStanding,
  retentionStanding,
  setRetention,
} from '@tollbook/charging/keep'
import { type Answer, type Args, type Command, type DatabaseSurroundings, optional, UsageError } from '../command.ts'
import { counted, grouped, table } from '../text.ts'

export const retentionShow: Command = {
  needs: 'database',
  help: `retention show tells how many months of calls are kept, and what lies aside.

  tollbook retention show [--months N] [--json]

  --months N   what a rule of N months would do (dry run)

Calls, legs and events of whole months are detached, for all tenants; charges, entries, invoices and figures stay.`,
  options: { months: { type: 'string' } },
  run: show,
}

export const retentionSet: Command = {
  needs: 'database',
  help: `retention set says how many whole months of calls are kept besides the running one.

  tollbook retention set --months N|off [--now] [--json]

  --now   detach what is due at once; else the worker does within six hours

Nothing is deleted by it: see tollbook help retention drop.

  tollbook retention set --months 24`,
  options: { months: { type: 'string' }, now: { type: 'boolean' } },
  run: set,
}

export const retentionDrop: Command = {
  needs: 'database',
  help: `retention drop deletes months that were detached before, for good.

  tollbook retention drop --month YYYY-MM|all --yes [--json]

Without --yes it only says what would go.`,
  options: { month: { type: 'string' }, yes: { type: 'boolean' } },
  run: drop,
}

async function show(args: Args, { db, clock }: DatabaseSurroundings): Promise<Answer> {
  nothingElse(args)
  const months = optional(args, 'months')
  const standing = await retentionStanding(db, clock.now(), months === undefined ? undefined : monthsOf(months))
  return { json: standing, text: textOf(standing) }
}

async function set(args: Args, { db, clock }: DatabaseSurroundings): Promise<Answer> {
  nothingElse(args)
  const given = optional(args, 'months')
  if (given === undefined) throw new UsageError('--months is missing')
  await setRetention(db, given === 'off' ? undefined : monthsOf(given), clock.now())
  const detached: string[] = []
  for (let more = args.options.now === true; more; ) {
    const month = await detachNext(db, clock.now())
    if (month !== undefined) detached.push(month)
    more = month !== undefined
  }
  const standing = await retentionStanding(db, clock.now())
  return { json: { ...standing, detachedNow: detached }, text: textOf(standing) }
}

async function drop(args: Args, { db, clock }: DatabaseSurroundings): Promise<Answer> {
  nothingElse(args)
  const given = optional(args, 'month')
  if (given === undefined || !/^(\d{4}-\d{2}|all)$/.test(given)) throw new UsageError('--month is YYYY-MM or all')
  const { detached } = await retentionStanding(db, clock.now())
  const there = detached.filter((one) => one.droppedAtMs === undefined && (given === 'all' || one.month === given))
  if (there.length === 0) throw new UsageError('No such month was detached; see tollbook retention show')
  const rows = there.reduce((sum, one) => sum + one.rows, 0)
  const names = there.map((one) => one.month)
  const what = `${counted(there.length, 'month')} (${names.join(', ')}) with ${counted(rows, 'row')}`
  if (args.options.yes !== true) {
    return { json: { dropped: [], would: names, rows }, text: `Would delete ${what} for good. Add --yes to do it.` }
  }
  const dropped = await dropMonths(db, names, clock.now())
  return { json: { dropped, would: [], rows }, text: `Deleted ${what}.` }
}

function nothingElse(args: Args): void {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
}

function monthsOf(text: string): number {
  const months = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (months < 1 || months > 1200) throw new UsageError('--months is a whole number from 1 to 1200')
  return months
}

const columns = (counted: string) => [
  { title: 'month' },
  { title: counted, align: 'right' as const },
  { title: 'size', align: 'right' as const },
  { title: '' },
]
const MIB = 1024 ** 2
const mib = (bytes: number) => `${grouped(Math.ceil(bytes / MIB))} MiB`

function textOf({ keepMonths, first, last, due, detached }: RetentionStanding): string {
  const rule =
    keepMonths === undefined
      ? 'Everything is kept.'
      : `${counted(keepMonths, 'whole month')} of calls and the running one are kept.`
  const there = first === undefined ? 'There are no months yet.' : `There are tables from ${first} to ${last}.`
  const lines = [rule, there]
  if (due.length > 0) {
    const rows = due.map((one) => [one.month, grouped(one.calls), mib(one.bytes), notesOf(one)])
    lines.push('', 'Due to be detached:', table(columns('calls'), rows))
  }
  if (detached.length > 0) {
    const state = (at: number | undefined) =>
      at === undefined ? 'lies aside' : `deleted ${new Date(at).toISOString()}`
    const rows = detached.map((one) => [one.month, grouped(one.rows), mib(one.bytes), state(one.droppedAtMs)])
    lines.push('', 'Detached:', table(columns('rows'), rows))
  }
  return lines.join('\n')
}

function notesOf({ touchedHours, unrated, openEntries }: RetentionStanding['due'][number]): string {
  return [
    touchedHours > 0 && `waits: ${counted(touchedHours, 'hour')} not in the figures yet`,
    unrated > 0 && `${counted(unrated, 'call')} without a price, which will get none`,
    openEntries > 0 && `${counted(openEntries, 'entry', 'entries')} on no invoice; they stay`,
  ]
    .filter((note) => note !== false)
    .join('; ')
}
