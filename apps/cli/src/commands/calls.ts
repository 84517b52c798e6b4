// tollbook calls: what happened on each call, one line a call.

import { type StoryJson, storyJson } from '@tollbook/calls/story'
import { callStories } from '@tollbook/charging/stories'
import { asSourceId, type SourceId } from '@tollbook/kernel'
import { DateTime } from 'luxon'
import { callsSpan, sinceLastMonth } from '../calls-span.ts'
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

  tollbook calls [--from T] [--to T] [--source NAME] [--tenant SLUG] [--json]

  --from, --to   dates (2026-11-01, midnight in the tenant's zone) or instants (2026-11-01T00:00:00Z); --to is exclusive.
                 Calls that started then; without both, since the beginning of last month
  --source       only calls of this PBX
  --json         one object a line: linkedid, caller, dialled, outcome, rung, transfer, queue, talk_intervals, cdr_rows, …
                 Times are seconds, epochs are UTC

  tollbook calls --from 2026-11-23 --to 2026-11-24 --json`,
  options: Object.fromEntries(['from', 'to', 'source'].map((name) => [name, { type: 'string' as const }])),
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}.`)
  const { db, tenant, clock, out } = around
  const sourceId = await sourceOf(optional(args, 'source'), around)
  const span = callsSpan(args, tenant.zone, clock.now(), sinceLastMonth(clock.now(), tenant.zone))
  const json = args.options.json === true
  let calls = 0
  for await (const page of callStories(db, { tenantId: tenant.tenantId, ...span, sourceId })) {
    calls += page.length
    const told = page.map(({ callKey, story }) => ({ call: callKey, ...storyJson(story) }))
    out(told.map((call) => (json ? `${JSON.stringify(call)}\n` : `${lineOf(call, tenant.zone)}\n`)).join(''))
  }
  if (calls === 0 && !json) return { json: {}, text: 'No calls in this time. Next: tollbook import FILE' }
  return { json: {}, text: '', streamed: true }
}

async function sourceOf(name: string | undefined, { db, tenant }: TenantSurroundings): Promise<SourceId | undefined> {
  if (name === undefined) return undefined
  const source = await db.q
    .selectFrom('source')
    .select('source_id')
    .where('tenant_id', '=', tenant.tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (source) return asSourceId(source.source_id)
  throw new CommandError('no-source', `There is no source "${name}". Next: tollbook source list`)
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
