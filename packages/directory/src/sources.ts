// Sources: the PBXs and files calls come from, and how a PBX is reached over AMI. Owns tables source, ami_connection.

import type { Queryable, Tx } from '@tollbook/db'
import { nextId } from '@tollbook/db'
import { asSourceId, asTenantId, type SourceId, type TenantId } from '@tollbook/kernel'

/** Where rows come from. */
export type Source = {
  readonly sourceId: SourceId
  readonly tenantId: TenantId
  readonly name: string
  /** As a person set it: 'auto', 'UTC', '+03:00' or an IANA name. */
  readonly zone: string
  /** As the last import found it; '' = never. */
  readonly zoneDetected: string
}

/** The tenant's source of this name, made if it is missing. */
export async function ensureSource(tx: Tx, tenantId: TenantId | number, name: string, nowMs: number): Promise<Source> {
  const existing = await sourceByName(tx, tenantId, name)
  if (existing) return existing
  await tx.q
    .insertInto('source')
    .values({
      source_id: await nextId(tx, 'source'),
      tenant_id: tenantId,
      name,
      created_at: new Date(nowMs),
    })
    .onConflict((c) => c.columns(['tenant_id', 'name']).doNothing())
    .execute()
  return (await sourceByName(tx, tenantId, name))!
}

/** The tenant's source of this name, if there is one. */
export async function sourceByName(
  { q }: Queryable,
  tenantId: TenantId | number,
  name: string,
): Promise<Source | undefined> {
  const row = await q
    .selectFrom('source')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (!row) return undefined
  return {
    sourceId: asSourceId(row.source_id),
    tenantId: asTenantId(row.tenant_id),
    name: row.name,
    zone: row.zone,
    zoneDetected: row.zone_detected,
  }
}

/** Remembers the zone that was found for a source; `zone`, when given, is what a person has set. */
export async function setZoneDetected(
  tx: Tx,
  sourceId: SourceId | number,
  zoneDetected: string,
  zone?: string,
): Promise<void> {
  await tx.q
    .updateTable('source')
    .set({ zone_detected: zoneDetected, ...(zone === undefined ? {} : { zone }) })
    .where('source_id', '=', sourceId)
    .execute()
}

/** By which way, and how each end proves itself. */
export type AmiReach = {
  readonly transport: 'tcp' | 'tls' | 'http' | 'https'
  readonly auth: 'auto' | 'md5' | 'plain'
  /** Certificate authorities to trust, PEM; '' = those of this machine. */
  readonly caPem: string
  /** The name the certificate must bear; '' = the host. */
  readonly serverName: string
  /** Prefix of http.conf; '' = none. */
  readonly httpPath: string
}

/** How one PBX is reached. The secret is sealed by the caller; this room never sees it in clear. */
export type AmiConnection = AmiReach & {
  readonly sourceId: SourceId
  readonly host: string
  readonly port: number
  readonly username: string
  readonly secretSealed: Buffer
  readonly enabled: boolean
}

/** An AMI connection with the source it feeds. */
export type SourceConnection = AmiConnection & {
  readonly tenantId: TenantId
  readonly name: string
  readonly zone: string
  readonly changedAtMs: number
  /** When somebody last captured it; undefined before anybody did. */
  readonly seenAtMs: number | undefined
}

/** Sets or replaces the AMI connection of a source and tells listeners on topic 'sources'. */
export async function setAmiConnection(
  tx: Tx,
  connection: Omit<AmiConnection, 'enabled' | keyof AmiReach> & Partial<AmiReach> & { readonly enabled?: boolean },
  nowMs: number,
): Promise<void> {
  const columns = {
    host: connection.host,
    port: connection.port,
    username: connection.username,
    secret_sealed: connection.secretSealed,
    transport: connection.transport ?? 'tcp',
    auth: connection.auth ?? 'auto',
    ca_pem: connection.caPem ?? '',
    server_name: connection.serverName ?? '',
    http_path: connection.httpPath ?? '',
    enabled: connection.enabled ?? true,
    changed_at: new Date(nowMs),
  }
  await tx.q
    .insertInto('ami_connection')
    .values({ source_id: connection.sourceId, ...columns })
    .onConflict((c) => c.column('source_id').doUpdateSet(columns))
    .execute()
  await tx.client.query(`select pg_notify('tollbook', 'sources')`)
}

/** Forgets the AMI connection of a source, its secret with it; true when there was one. */
export async function removeAmiConnection(tx: Tx, sourceId: SourceId | number): Promise<boolean> {
  const gone = await tx.q.deleteFrom('ami_connection').where('source_id', '=', sourceId).executeTakeFirst()
  await tx.client.query(`select pg_notify('tollbook', 'sources')`)
  return gone.numDeletedRows > 0n
}

/** Every AMI connection of every tenant, disabled ones too. */
export async function amiConnections({ q }: Queryable): Promise<readonly SourceConnection[]> {
  const rows = await q
    .selectFrom('ami_connection')
    .innerJoin('source', 'source.source_id', 'ami_connection.source_id')
    .leftJoin('source_state', 'source_state.source_id', 'ami_connection.source_id')
    .selectAll(['ami_connection', 'source'])
    .select('source_state.seen_at')
    .orderBy('ami_connection.source_id')
    .execute()
  return rows.map((row) => ({
    sourceId: asSourceId(row.source_id),
    tenantId: asTenantId(row.tenant_id),
    name: row.name,
    zone: row.zone,
    host: row.host,
    port: row.port,
    username: row.username,
    secretSealed: row.secret_sealed,
    transport: row.transport as AmiReach['transport'],
    auth: row.auth as AmiReach['auth'],
    caPem: row.ca_pem,
    serverName: row.server_name,
    httpPath: row.http_path,
    enabled: row.enabled,
    changedAtMs: row.changed_at.getTime(),
    seenAtMs: row.seen_at?.getTime(),
  }))
}
