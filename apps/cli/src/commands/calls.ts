// tollbook calls: what happened on each call, one line a call.

import { type StoryJson, storyJson } from '@tollbook/calls/story'
import { callStories } from '@tollbook/charging/stories'
import { FILTER_NAMES } from '@tollbook/selection'
import { DateTime } from 'luxon'
import { callsFilter, filterHelp } from '../calls-filter.ts'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'

export const callsCommand: Command = {
  needs: 'tenant',
  help: `calls tells what happened on each call: who called, who rang, who answered, who talked when.

  tollbook calls [--from T] [--to T] [--FILTER VALUE] [--tenant SLUG] [--json]

  --from, --to   dates (2026-11-01, midnight in the tenant's zone) or instants (2026-11-01T00:00:00Z); --to is exclusive.
                 Calls that started then; without both, since the beginning of last month
  --json         one object a line: linkedid, caller, dialled, outcome, rung, transfer, queue, talk_intervals, cdr_rows, …
                 Times are seconds, epochs are UTC
${filterHelp(17)}

  tollbook calls --from 2026-11-23 --to 2026-11-24 --json
  tollbook calls --from 2026-11-23 --outcome no-answer --did 35312000100`,
  options: Object.fromEntries(['from', 'to', ...FILTER_NAMES].map((name) => [name, { type: 'string' as const }])),
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}.`)
  const { db, tenant, out } = around
  const asked = await callsFilter(args, around)
  // A source is typed by name: a slip would look like a PBX without calls.
  if (asked.selection.chosen.source?.values.length === 0) {
    const name = optional(args, 'source')
    throw new CommandError('no-source', `There is no source "${name}". Next: tollbook source list`)
  }
  const json = args.options.json === true
  let calls = 0
  for await (const page of callStories(db, asked)) {
    calls += page.length
    const told = page.map(({ callKey, story }) => ({ call: callKey, ...storyJson(story) }))
    out(told.map((call) => (json ? `${JSON.stringify(call)}\n` : `${lineOf(call, tenant.zone)}\n`)).join(''))
  }
  if (calls === 0 && !json) {
    const isChosen = FILTER_NAMES.some((name) => optional(args, name) !== undefined)
    const text = isChosen ? 'No such calls in this time.' : 'No calls in this time. Next: tollbook import FILE'
    return { json: {}, text }
  }
  return { json: {}, text: '', streamed: true }
}

/** For a terminal: what a caller sent as his name must not steer it. */
function lineOf(call: StoryJson, zone: string): string {
  const who = call.caller.name === '' ? call.caller.number : `${call.caller.name} <${call.caller.number}>`
  const answered = call.answered_by === null ? '' : ` by ${call.answered_by.member ?? call.answered_by.endpoint}`
  const talk = call.talk_s === 0 ? '' : `, talked ${call.talk_s} s`
  const transfer = call.transfer === null ? '' : `, ${call.transfer.kind} transfer to ${call.transfer.target_dialled}`
  const outcome = call.outcome.replaceAll('_', ' ')
  const at = DateTime.fromSeconds(call.start_epoch, { zone }).toFormat('yyyy-MM-dd HH:mm:ss')
  const line = `${at}  ${who || '–'} → ${call.dialled || '–'}: ${outcome}${answered}${talk}${transfer}`
  return line.replaceAll(/\p{Cc}/gu, ' ')
}
