// tollbook source follow-table: a table of CDRs in a PBX's database, read as it is written by the running Tollbook. The
// password is never taken from the command line, where every user of the machine could read it.

import { openTable, type TableSettings, tableSettings } from '@tollbook/asterisk/tables'
import { zoneConverter } from '@tollbook/calls'
import { transaction } from '@tollbook/db'
import { ensureSource } from '@tollbook/directory'
import { saveFeed } from '@tollbook/intake'
import { loadSecretKey, sealSecret } from '@tollbook/runtime'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  required,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'

export const sourceFollowTable: Command = {
  needs: 'tenant',
  help: `source follow-table has the running Tollbook read a table of CDRs or events, and go on as it grows.

  tollbook source follow-table SOURCE --engine mysql|postgresql|sqlite --database NAME [--table cdr]
                               [--host HOST] [--port N] [--user NAME] [--ssl on|verify] [--content cdr|cel|queue_log]
                               [--id COLUMN] [--look-back SECONDS] [--poll SECONDS] [--zone auto|ZONE]
                               [--tenant SLUG] [--json]

  SOURCE            the name under which the PBX's other records come, so that each call is counted once
  --database NAME   for sqlite the path of the file
  --id COLUMN       a column that counts up; by default found among the columns
  --zone ZONE       zone of the times in the table: auto (default), UTC, +03:00 or a name like Europe/Dublin

The password is read from standard input. The table is tried first; following it again changes how it is followed. See docs/tables.md.

  printf '%s' "$PASSWORD" | tollbook source follow-table office --engine mysql --host 10.0.0.5 --user tollbook --database asteriskcdrdb`,
  options: {
    ...{
      engine: { type: 'string' },
      database: { type: 'string' },
      table: { type: 'string' },
      host: { type: 'string' },
    },
    ...{ port: { type: 'string' }, user: { type: 'string' }, ssl: { type: 'string' }, content: { type: 'string' } },
    ...{ id: { type: 'string' }, 'look-back': { type: 'string' }, poll: { type: 'string' }, zone: { type: 'string' } },
  },
  run: follow,
}

async function follow(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { config, db, clock, tenant } = around
  const [source, more] = args.words
  if (!source || more !== undefined) throw new UsageError('Which PBX? tollbook source follow-table SOURCE --engine …')
  const zone = optional(args, 'zone') ?? 'auto'
  if (zone !== 'auto' && !zoneConverter(zone)) throw new UsageError(`--zone is "${zone}", which is no time zone`)
  const given = givenSettings(args)
  const settings = tableSettings(given)
  if (!settings.ok) throw new UsageError(settings.error)
  const password = settings.value.engine === 'sqlite' ? '' : (await around.readStdin()).replace(/\r?\n$/, '')
  const found = await tried(settings.value, password)
  const name = `${settings.value.database}.${settings.value.table}`
  const feedId = await transaction(db, async (tx) => {
    const { tenantId } = tenant
    const { sourceId } = await ensureSource(tx, tenantId, source, clock.now())
    const secretSealed = password === '' ? undefined : sealSecret(loadSecretKey(config.dataDir), password)
    const feed = { tenantId, sourceId, kind: 'table', name, settings: given, zone, secretSealed } as const
    return await saveFeed(tx, feed, clock.now())
  })
  const text = `${source}: ${name} is followed (${found}).\nNext: npm start, then tollbook source list`
  return { json: { id: feedId, source, name, zone, found }, text }
}

/** What was said, as a feed keeps it: what was not said is left to what reads it. */
function givenSettings(args: Args): Record<string, string | number> {
  const number = (name: string) => {
    const text = optional(args, name)
    if (text === undefined) return undefined
    if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} is "${text}"; use a whole number`)
    return Number(text)
  }
  const settings = {
    ...{
      engine: required(args, 'engine'),
      database: required(args, 'database'),
      table: optional(args, 'table') ?? 'cdr',
    },
    ...{ host: optional(args, 'host'), port: number('port'), user: optional(args, 'user'), ssl: optional(args, 'ssl') },
    ...{ content: optional(args, 'content'), idColumn: optional(args, 'id') },
    ...{ lookBackS: number('look-back'), pollS: number('poll') },
  }
  return Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

/** What the table holds. One that somebody has to do something about first is not followed. */
async function tried(settings: TableSettings, password: string): Promise<string> {
  const open = await openTable(settings, password)
  if (!open.ok) {
    if (open.error.kind === 'refused') throw new CommandError('refused', open.error.reason)
    return `for now: ${open.error.reason}`
  }
  const { content, idColumn, timeColumn, timeIsIndexed } = open.value
  await open.value.close()
  const by = idColumn ?? timeColumn
  return `${content}, by ${by}${idColumn === undefined && !timeIsIndexed ? ', which has no index' : ''}`
}
