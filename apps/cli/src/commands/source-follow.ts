// tollbook source follow, source unfollow: the files a PBX writes, read as it writes them by the running Tollbook.

import { resolve } from 'node:path'
import { zoneConverter } from '@tollbook/calls'
import { openRecordFile } from '@tollbook/calls/files'
import { transaction } from '@tollbook/db'
import { ensureSource } from '@tollbook/directory'
import { listFeeds, removeFeed, saveFeed } from '@tollbook/intake'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'

const CONTENTS = ['auto', 'cdr', 'cel', 'queue_log'] as const

export const sourceFollow: Command = {
  needs: 'tenant',
  help: `source follow has the running Tollbook read a file of a PBX, from its beginning, and go on as it is written and rotated.

  tollbook source follow SOURCE PATH [--zone auto|ZONE] [--content auto|cdr|cel|queue_log] [--columns LIST]
                         [--tenant SLUG] [--json]

  SOURCE          the name under which the PBX's other records come, so that each call is counted once
  PATH            Master.csv, a file of cdr_custom or cel_custom, or queue_log
  --zone ZONE     zone of the times in the file: auto (default), UTC, +03:00 or a name like Europe/Dublin
  --content WHAT  what the file must hold; auto (default) lets its rows tell
  --columns LIST  columns of a mapping of your own, or the line of cdr_custom.conf or cel_custom.conf

A file that is not there yet is waited for. Following a file again changes how it is followed.

  tollbook source follow office /var/log/asterisk/cdr-csv/Master.csv`,
  options: { zone: { type: 'string' }, content: { type: 'string' }, columns: { type: 'string' } },
  run: follow,
}

export const sourceUnfollow: Command = {
  needs: 'tenant',
  help: `source unfollow stops following a file or a table; the calls that came stay.

  tollbook source unfollow SOURCE PATH [--tenant SLUG] [--json]`,
  options: {},
  run: unfollow,
}

async function follow(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { config, db, clock, tenant } = around
  const [source, word, more] = args.words
  if (!source || !word || more !== undefined) {
    throw new UsageError('Which file of which PBX? tollbook source follow SOURCE PATH')
  }
  const path = resolve(config.invokedFrom, word)
  const zone = optional(args, 'zone') ?? 'auto'
  if (zone !== 'auto' && !zoneConverter(zone)) throw new UsageError(`--zone is "${zone}", which is no time zone`)
  const content = CONTENTS.find((name) => name === (optional(args, 'content') ?? 'auto'))
  if (!content) throw new UsageError(`--content is one of ${CONTENTS.join(', ')}`)
  const columns = optional(args, 'columns')
  const found = await lookAt(path, content, columns)
  const feedId = await transaction(db, async (tx) => {
    const { sourceId } = await ensureSource(tx, tenant.tenantId, source, clock.now())
    const settings = { path, content, ...(columns !== undefined && { columns }) }
    const feed = { tenantId: tenant.tenantId, sourceId, kind: 'file', name: path, settings, zone } as const
    return await saveFeed(tx, feed, clock.now())
  })
  const text = `${source}: ${path} is followed${found === '' ? '' : ` (${found})`}.\nNext: npm start, then tollbook source list`
  return { json: { id: feedId, source, path, content, zone, found }, text }
}

/** Its format; '' for a file that has no rows yet, or that only the running Tollbook may read. */
async function lookAt(path: string, content: (typeof CONTENTS)[number], columns: string | undefined): Promise<string> {
  const file = await openRecordFile(path, columns)
  if (!file.ok) {
    if (['no-file', 'forbidden', 'empty'].includes(file.error.kind)) return ''
    throw new CommandError(file.error.kind, `${path}: ${file.error.reason}`)
  }
  await file.value.close()
  const { kind, format } = file.value
  if (kind === 'ami') throw new CommandError('other-content', `${path} is a recorded AMI stream; import it.`)
  if (content !== 'auto' && content !== kind) throw new CommandError('other-content', `${path} holds ${format}.`)
  return format
}

async function unfollow(args: Args, { config, db, tenant }: TenantSurroundings): Promise<Answer> {
  const [source, word, more] = args.words
  if (!source || !word || more !== undefined) {
    throw new UsageError('Which file of which PBX? tollbook source unfollow SOURCE PATH')
  }
  const path = resolve(config.invokedFrom, word)
  const feed = (await listFeeds(db, tenant.tenantId)).find(
    (f) => f.sourceName === source && (f.name === word || f.name === path),
  )
  if (!feed) throw new CommandError('not-followed', `${source} has no ${word} that is followed.`)
  await transaction(db, (tx) => removeFeed(tx, tenant.tenantId, feed.feedId))
  return { json: { id: feed.feedId, source, name: feed.name }, text: `${source}: ${feed.name} is no longer followed.` }
}
