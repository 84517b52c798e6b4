// The doctor on the PBXs: what their files lack, which zone they write, whether each can be logged in to now.

import { type CdrFormatName, cdrConfAdvice } from '@tollbook/asterisk'
import { openAmiSession } from '@tollbook/asterisk/ami'
import type { Db } from '@tollbook/db'
import { amiConnections } from '@tollbook/directory'
import { loadSecretKey, openSecret } from '@tollbook/runtime'
import type { Surroundings } from '../command.ts'
import type { Check } from './check.ts'

/** Legs looked at per source: a PBX writes all its rows alike. */
const LEGS_SEEN = 1_000

type SourceFacts = {
  readonly name: string
  readonly tenant: string
  readonly zone: string
  readonly zone_detected: string
  readonly format: CdrFormatName | null
  readonly legs: number
  readonly no_sequence: number
  readonly no_linkedid: number
}

/** Advice from what was imported: missing columns, an unknown zone. */
export async function checkSources(db: Db, slug: string | undefined): Promise<readonly Check[]> {
  const { rows } = await db.pool.query<SourceFacts>(
    `select s.name, t.slug as tenant, s.zone, s.zone_detected, i.format, l.legs, l.no_sequence, l.no_linkedid
     from source s join tenant t using (tenant_id)
     left join lateral (select nullif(format, '') as format from import
       where source_id = s.source_id and state = 'done' and format like 'cdr%' order by created_at desc limit 1) i on true
     cross join lateral (select count(*)::int as legs, count(*) filter (where sequence is null)::int as no_sequence,
         count(*) filter (where linkedid = '')::int as no_linkedid
       from (select sequence, linkedid from leg where source_id = s.source_id limit $2) seen) l
     where $1::text is null or t.slug = $1 order by t.tenant_id, s.name`,
    [slug ?? null, LEGS_SEEN],
  )
  return rows.flatMap(adviceOn)
}

function adviceOn(source: SourceFacts): Check[] {
  const name = `Source ${source.tenant}/${source.name}`
  const lines = cdrConfAdvice(source.format === null ? {} : { format: source.format }).map(
    (a) => `${a.file}: ${a.text}`,
  )
  if (lines.length === 0 && source.no_sequence > 0) {
    lines.push('[csv] newcdrcolumns = yes in cdr.conf: rows come without sequence')
  }
  if (lines.length === 0 && source.no_linkedid > 0) {
    lines.push('rows come without linkedid: legs of one call are told apart by guessing')
  }
  if (source.zone === 'auto' && source.zone_detected === '' && source.legs > 0) {
    lines.push('its time zone is not known: import again with --zone, or set loguniqueid = yes in cdr.conf')
  }
  if (lines.length > 0) return lines.map((detail) => ({ name, state: 'advice', detail }))
  const zone = source.zone === 'auto' ? source.zone_detected || 'not known yet' : source.zone
  return [{ name, state: 'ok', detail: `zone ${zone}${source.legs === 0 ? ', no calls yet' : ''}` }]
}

/** Tries each live connection: reach, log in, ask for the core's state, log off. */
export async function checkAmi(db: Db, around: Surroundings, slug: string | undefined): Promise<readonly Check[]> {
  const tenants = await db.q.selectFrom('tenant').select(['tenant_id', 'slug']).execute()
  const slugs = new Map(tenants.map((t) => [t.tenant_id, t.slug]))
  const connections = (await amiConnections(db)).filter((c) => !slug || slugs.get(c.tenantId) === slug)
  return Promise.all(connections.map((c) => checkOne(c, around)))
}

async function checkOne(
  connection: Awaited<ReturnType<typeof amiConnections>>[number],
  { config, clock }: Surroundings,
): Promise<Check> {
  const { host, port, username, transport, secretSealed, enabled } = connection
  const name = `AMI ${connection.name}`
  const where = `${username}@${host}:${port}${transport === 'tcp' ? '' : ` over ${transport}`}`
  if (!enabled) return { name, state: 'advice', detail: `${where} is switched off` }
  let secret: string
  try {
    secret = openSecret(loadSecretKey(config.dataDir), secretSealed)
  } catch {
    const detail = `the secret of ${where} was sealed with another key; store it again: tollbook source connect`
    return { name, state: 'failed', detail }
  }
  // Events off: this session only looks; ingest has its own.
  const { auth, caPem, serverName, httpPath } = connection
  const target = { host, port, username, secret, transport, auth, caPem, serverName, httpPath, events: 'off' }
  const session = await openAmiSession(target, { onMessages: () => undefined }, clock, new AbortController().signal)
  if (!session.ok) return { name, state: 'failed', detail: session.error.detail }
  const settings = await session.value.action('CoreSettings')
  await session.value.close()
  const version = settings.ok ? (settings.value.get('AsteriskVersion') ?? '') : ''
  return { name, state: 'ok', detail: `${where}, Asterisk ${version || '(version not shown)'}` }
}
