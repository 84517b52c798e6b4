// tollbook rules: who is a person, a hop, a program or a trunk, and what contexts mean; shown, tried, saved, given up.

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type CallRules, readRules, rulesStanding } from '@tollbook/calls/rules'
import { orderRules, previewRules, type RulesPreview } from '@tollbook/charging/restitch'
import { DateTime } from 'luxon'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { findSource } from '../find-source.ts'
import { restitchThrough } from '../restitch-through.ts'
import { counted, grouped, table } from '../text.ts'

const SOURCE = { source: { type: 'string' } } as const
const OF_WHOM = `  --source NAME   the rules of this PBX alone; without it those of the tenant, which every PBX without own rules goes by`

export const rulesShow: Command = {
  needs: 'tenant',
  help: `rules show shows the rules by which legs become calls, as the JSON that rules set takes.

  tollbook rules show [--source NAME] [--tenant SLUG] [--json]

${OF_WHOM}

  tollbook rules show > rules.json`,
  options: SOURCE,
  run: show,
}

export const rulesPreview: Command = {
  needs: 'tenant',
  help: `rules preview shows what rules would change in the calls of the last days; it stores nothing.

  tollbook rules preview FILE.json [--days 7] [--source NAME] [--tenant SLUG] [--json]     (- reads standard input)

${OF_WHOM}

  tollbook rules preview rules.json --days 30`,
  options: { ...SOURCE, days: { type: 'string' } },
  run: preview,
}

export const rulesSet: Command = {
  needs: 'tenant',
  help: `rules set saves rules, and stitches and charges the stored calls again by them.

  tollbook rules set FILE.json [--source NAME] [--tenant SLUG] [--json]     (- reads standard input)

${OF_WHOM}

  {
    "channels": [                                 the first that fits decides
      { "match": "PJSIP/trunk-*", "is": "trunk" },
      { "match": "Local/*@phones", "is": "person" },
      { "match": "*", "context": "ivr-*", "app": "AGI", "is": "program" }
    ],
    "contexts": [{ "context": "from-pstn*", "direction": "inbound" }],
    "closedHours": ["closed*"], "voicemail": ["VoiceMail"], "conference": ["ConfBridge"], "ringGroup": ["ext-group"],
    "ivr": ["ivr-*"], "queue": ["Queue"],         contexts and applications
    "dids": ["+4420*"],                           numbers called from outside
    "reviewAfterHours": 4,                        longer calls are held for review; 0 = none
    "finalAfterMinutes": 10                       quiet after which a call is final
  }

* stands for any text, ? for one character. What changes is charged anew; a call on an invoice is only proposed for credit.`,
  options: SOURCE,
  run: set,
}

export const rulesReset: Command = {
  needs: 'tenant',
  help: `rules reset gives own rules up: those of the tenant, else the default ones, are in force again.

  tollbook rules reset [--source NAME] [--tenant SLUG] [--json]

${OF_WHOM}`,
  options: SOURCE,
  run: reset,
}

async function show(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
  const { db, tenant } = around
  const { sourceId, name } = await whose(args, around)
  const { rules, own, revision, appliedRevision } = await rulesStanding(db, tenant.tenantId, sourceId)
  // So that what is shown can be set again as it is.
  return { json: { source: name, own, revision, appliedRevision, rules }, text: JSON.stringify(rules, undefined, 2) }
}

async function preview(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { db, clock, tenant } = around
  const rules = await rulesFrom(args, around)
  const { sourceId } = await whose(args, around)
  const days = optional(args, 'days') ?? '7'
  if (!/^[1-9]\d{0,3}$/.test(days)) throw new UsageError(`--days is "${days}"; use a number of days`)
  const nowMs = clock.now()
  const fromMs = nowMs - Number(days) * 86_400_000
  const found = await previewRules(db, { tenantId: tenant.tenantId, sourceId, rules, fromMs, nowMs })
  const json = { days: Number(days), ...found, from: new Date(fromMs).toISOString(), fromMs: undefined }
  return { json, text: previewText(found, tenant.zone) }
}

function previewText({ seen, changed, complete, fields, examples }: RulesPreview, zone: string): string {
  const looked = `${counted(seen, 'call')} looked at${complete ? '' : ', the oldest of that time'}; ${
    changed === 0 ? 'none would change' : `${grouped(changed)} would change`
  }.`
  if (changed === 0) return `${looked}\nNothing was stored.`
  const columns = [{ title: 'call' }, { title: 'from' }, { title: 'to' }, { title: 'what changes' }]
  const lines = examples.map(({ startedAtMs, from, to, before, after }) => [
    DateTime.fromMillis(startedAtMs, { zone }).toFormat('yyyy-MM-dd HH:mm:ss'),
    from,
    to,
    Object.keys(after)
      .map((field) => `${field}: ${JSON.stringify(before[field])} → ${JSON.stringify(after[field])}`)
      .join('; '),
  ])
  const sums = fields.map(({ field, calls }) => `${field} ${grouped(calls)}`).join(', ')
  return [
    looked,
    `By field: ${sums}`,
    '',
    table(columns, lines),
    '',
    'Nothing was stored. Next: tollbook rules set',
  ].join('\n')
}

async function set(args: Args, around: TenantSurroundings): Promise<Answer> {
  return await save(args, around, await rulesFrom(args, around))
}

async function reset(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
  return await save(args, around, undefined)
}

async function save(args: Args, around: TenantSurroundings, rules: CallRules | undefined): Promise<Answer> {
  const { db, clock, tenant } = around
  const { sourceId, name } = await whose(args, around)
  const order = { tenantId: tenant.tenantId, sourceId, rules, by: 'tollbook rules', nowMs: clock.now() }
  const { id, revision } = await orderRules(db, order)
  const job = await restitchThrough(around, id)
  const counts = { seen: job.callsSeen, changed: job.callsChanged, invoiced: job.callsInvoiced }
  const text = `Saved for ${name === '' ? 'all sources' : name}. ${counted(job.callsSeen, 'stored call')} looked at, ${grouped(
    job.callsChanged,
  )} changed${job.callsInvoiced > 0 ? `, ${grouped(job.callsInvoiced)} on invoices only proposed for credit` : ''}.`
  return { json: { source: name, revision, restitch: id, ...counts }, text }
}

/** 0 and '' = the tenant's. */
async function whose(args: Args, around: TenantSurroundings): Promise<{ sourceId: number; name: string }> {
  const name = optional(args, 'source')
  return name === undefined ? { sourceId: 0, name: '' } : { sourceId: await findSource(around, name), name }
}

async function rulesFrom(args: Args, around: TenantSurroundings): Promise<CallRules> {
  const [file, ...more] = args.words
  if (file === undefined || more.length > 0) throw new UsageError('One file: tollbook rules set FILE.json')
  const text = file === '-' ? await around.readStdin() : await textOf(resolve(around.config.invokedFrom, file), file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CommandError('not-json', `${file} is not JSON: ${(error as Error).message}`)
  }
  const read = readRules(value)
  if (!read.ok) throw new CommandError('bad-rules', read.error.join('\n'), { faults: read.error })
  return read.value
}

async function textOf(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    throw new CommandError('no-file', `There is no file ${name}.`)
  }
}
