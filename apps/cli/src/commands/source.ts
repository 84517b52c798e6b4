// tollbook source: the PBXs calls come from, and the live connection to each. A secret is never taken from the command
// line, where every user of the machine could read it, and never stored in clear.

import { transaction } from '@tollbook/db'
import { amiConnections, ensureSource, setAmiConnection } from '@tollbook/directory'
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
import { feedsOf, feedTable } from '../feed-list.ts'
import { MAIN_SOURCE } from '../provision.ts'
import { table } from '../text.ts'

export const sourceConnect: Command = {
  needs: 'tenant',
  help: `source connect stores how to reach an Asterisk over AMI; the running Tollbook logs in at once.

  tollbook source connect --host HOST --user NAME [--port 5038] [--name SOURCE] [--tenant SLUG] [--json]

  --name SOURCE   default: ${MAIN_SOURCE}; use the name under which its files are imported, so that both meet

The secret is read from standard input or from TOLLBOOK_AMI_SECRET, never from the command line.

  printf '%s' "$SECRET" | tollbook source connect --host 10.0.0.5 --user tollbook`,
  options: { host: { type: 'string' }, port: { type: 'string' }, user: { type: 'string' }, name: { type: 'string' } },
  run: connect,
}

export const sourceList: Command = {
  needs: 'tenant',
  help: `source list shows the PBXs, their zones, live connections, and the files and tables that are followed.

  tollbook source list [--tenant SLUG] [--json]`,
  options: {},
  run: list,
}

async function connect(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { config, db, clock, tenant } = around
  if (args.words.length > 0)
    throw new UsageError(`"${args.words[0]}" is not understood; see tollbook help source connect`)
  const host = required(args, 'host')
  const username = required(args, 'user')
  const port = portOf(optional(args, 'port') ?? '5038')
  const name = optional(args, 'name') ?? MAIN_SOURCE
  const secret = config.amiSecret ?? (await around.readStdin()).replace(/\r?\n$/, '')
  if (secret === '') {
    throw new CommandError('no-secret', 'Give the secret on standard input or in TOLLBOOK_AMI_SECRET.')
  }
  const secretSealed = sealSecret(loadSecretKey(config.dataDir), secret)
  await transaction(db, async (tx) => {
    const { sourceId } = await ensureSource(tx, tenant.tenantId, name, clock.now())
    await setAmiConnection(tx, { sourceId, host, port, username, secretSealed }, clock.now())
  })
  const text = `${name}: ${username}@${host}:${port} is stored, its secret sealed.\nNext: npm start, then tollbook doctor`
  return { json: { name, host, port, username }, text }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new UsageError(`--port is "${text}"; use a number from 1 to 65535`)
  return port
}

async function list(_args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  const feeds = await feedsOf(db, tenant.tenantId)
  const rows = await db.q
    .selectFrom('source as s')
    .leftJoin('source_state as t', 't.source_id', 's.source_id')
    .select(['s.source_id', 's.name', 's.zone', 's.zone_detected', 't.state', 't.detail'])
    .where('s.tenant_id', '=', tenant.tenantId)
    .orderBy('s.name')
    .execute()
  const connections = new Map((await amiConnections(db)).map((c) => [Number(c.sourceId), c]))
  const sources = rows.map((row) => {
    const ami = connections.get(row.source_id)
    return {
      name: row.name,
      zone: row.zone,
      zoneDetected: row.zone_detected,
      ami: ami ? { host: ami.host, port: ami.port, username: ami.username, enabled: ami.enabled } : null,
      state: row.state ?? 'none',
      detail: row.detail ?? '',
    }
  })
  const columns = [{ title: 'source' }, { title: 'zone' }, { title: 'AMI' }, { title: 'state' }, { title: '' }]
  const lines = sources.map((s) => {
    const zone = s.zone === 'auto' ? `auto${s.zoneDetected === '' ? '' : ` (${s.zoneDetected})`}` : s.zone
    return [s.name, zone, s.ami ? `${s.ami.username}@${s.ami.host}:${s.ami.port}` : '–', s.state, s.detail]
  })
  const none = 'There is no source. Next: tollbook import FILE, or tollbook source connect'
  const text = [table(columns, lines), ...(feeds.length === 0 ? [] : ['', feedTable(feeds)])].join('\n')
  return { json: { sources, feeds }, text: sources.length === 0 ? none : text }
}
