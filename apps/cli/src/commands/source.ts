// tollbook source: the PBXs calls come from, and the live connection to each. A secret is never taken from the command
// line, where every user of the machine could read it, and never stored in clear.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { transaction } from '@tollbook/db'
import { type AmiReach, amiConnections, ensureSource, setAmiConnection } from '@tollbook/directory'
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

  tollbook source connect --host HOST --user NAME [--port N] [--name SOURCE] [--transport tcp|tls|http|https]
                          [--auth auto|md5|plain] [--ca FILE] [--server-name NAME] [--http-path PREFIX]
                          [--tenant SLUG] [--json]

  --name SOURCE        default: ${MAIN_SOURCE}; use the name under which its files are imported, so that both meet
  --port N             default: 5038; 5039 over tls, 8088 over http, 8089 over https
  --transport WAY      over http and https events wait in Asterisk while the connection is away (default: tcp)
  --auth HOW           md5: the secret is never sent; plain: it is; auto: md5, plain where it is refused (default)
  --ca FILE            certificate authority to trust, PEM (default: those of this machine)
  --server-name NAME   the name its certificate must bear (default: the host)
  --http-path PREFIX   prefix of http.conf

The secret is read from standard input or from TOLLBOOK_AMI_SECRET, never from the command line.

  printf '%s' "$SECRET" | tollbook source connect --host 10.0.0.5 --user tollbook`,
  options: {
    ...{ host: { type: 'string' }, port: { type: 'string' }, user: { type: 'string' }, name: { type: 'string' } },
    ...{ transport: { type: 'string' }, auth: { type: 'string' }, ca: { type: 'string' } },
    ...{ 'server-name': { type: 'string' }, 'http-path': { type: 'string' } },
  },
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
  const reach = reachOf(args, config.invokedFrom)
  const port = portOf(optional(args, 'port') ?? PORTS[reach.transport])
  const name = optional(args, 'name') ?? MAIN_SOURCE
  const secret = config.amiSecret ?? (await around.readStdin()).replace(/\r?\n$/, '')
  if (secret === '') {
    throw new CommandError('no-secret', 'Give the secret on standard input or in TOLLBOOK_AMI_SECRET.')
  }
  const secretSealed = sealSecret(loadSecretKey(config.dataDir), secret)
  await transaction(db, async (tx) => {
    const { sourceId } = await ensureSource(tx, tenant.tenantId, name, clock.now())
    await setAmiConnection(tx, { sourceId, host, port, username, ...reach, secretSealed }, clock.now())
  })
  const way = reach.transport === 'tcp' ? '' : ` over ${reach.transport}`
  const text = `${name}: ${username}@${host}:${port}${way} is stored, its secret sealed.\nNext: npm start, then tollbook doctor`
  return { json: { name, host, port, username, transport: reach.transport, auth: reach.auth }, text }
}

const PORTS = { tcp: '5038', tls: '5039', http: '8088', https: '8089' } as const
const AUTHS = ['auto', 'md5', 'plain'] as const

function reachOf(args: Args, invokedFrom: string): AmiReach {
  const transport = oneOf(args, 'transport', Object.keys(PORTS) as AmiReach['transport'][])
  const auth = oneOf(args, 'auth', AUTHS)
  const caFile = optional(args, 'ca')
  const caPem = caFile === undefined ? '' : readCa(resolve(invokedFrom, caFile))
  return {
    transport,
    auth,
    caPem,
    serverName: optional(args, 'server-name') ?? '',
    httpPath: optional(args, 'http-path') ?? '',
  }
}

/** The first is what holds when nothing is said. */
function oneOf<T extends string>(args: Args, option: string, values: readonly T[]): T {
  const said = optional(args, option) ?? values[0]!
  const value = values.find((v) => v === said)
  if (value === undefined) throw new UsageError(`--${option} is "${said}"; use ${values.join(', ')}`)
  return value
}

function readCa(file: string): string {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch {
    throw new CommandError('no-file', `${file} cannot be read.`)
  }
  if (pem.includes('PRIVATE KEY'))
    throw new CommandError('bad-file', `${file} holds a private key; give the certificate alone.`)
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new CommandError('bad-file', `${file} holds no certificate in PEM.`)
  return pem
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
      ami: ami
        ? {
            ...{ host: ami.host, port: ami.port, username: ami.username, enabled: ami.enabled },
            transport: ami.transport,
          }
        : null,
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
