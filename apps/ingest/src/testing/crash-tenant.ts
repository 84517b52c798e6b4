// Whom the calls of a crash run belong to: a tenant with a carrier's trunk, a rate deck in force, one PBX. And the same
// deck as slow arithmetic, from which the expected charges come.

import { importRateDeck } from '@tollbook/charging'
import { type Db, transaction } from '@tollbook/db'
import { ensureCarrier, ensureSource, ensureTenant, saveTrunk, setAmiConnection } from '@tollbook/directory'
import { saveFeed } from '@tollbook/intake'
import type { SourceId, TenantId } from '@tollbook/kernel'
import { sealSecret } from '@tollbook/runtime'
import type { FakeAsterisk, TrueCall } from '@tollbook/testkit/fake-asterisk'

export type CrashTenant = { readonly tenantId: TenantId; readonly sourceId: SourceId }

/** Per minute, in ten-thousandths of the currency; blocks in seconds. Prices that divide by sixty without a rest. */
const RATES = [
  { prefix: '44', destination: 'United Kingdom', perMinute: 600n, block: 1n },
  { prefix: '813', destination: 'Japan', perMinute: 1800n, block: 6n },
] as const

/** Makes the tenant and its deck; the PBX gets its address in each run. */
export async function setUpTenant(db: Db, nowMs: number): Promise<CrashTenant> {
  const made = await transaction(db, async (tx) => {
    const { tenantId } = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, nowMs)
    const carrierId = await ensureCarrier(tx, tenantId, { name: 'North' }, nowMs)
    for (const peer of ['PJSIP/carrier', 'PJSIP/trunk']) await saveTrunk(tx, tenantId, { peer, carrierId }, nowMs)
    const { sourceId } = await ensureSource(tx, tenantId, 'pbx', nowMs)
    return { tenantId, sourceId }
  })
  const lines = RATES.map((r) => `${r.prefix},${r.destination},${decimals(r.perMinute)},0,${r.block},${r.block}`)
  const text = ['prefix,destination,rate,connect_fee,first_block,increment', ...lines].join('\n')
  const deck = { tenantId: made.tenantId, name: 'Sell', side: 'sell' as const, currency: 'EUR', filename: '', text }
  const imported = await importRateDeck(db, { ...deck, effective: 'always', nowMs })
  if (!imported.ok) throw new Error(imported.error.message)
  return made
}

type Pbx = Pick<FakeAsterisk, 'host' | 'port' | 'username' | 'secret'>

/** Points the tenant's source at a PBX. */
export async function connectTo(db: Db, pbx: Pbx, key: Buffer, nowMs: number): Promise<CrashTenant> {
  return transaction(db, async (tx) => {
    const { tenantId } = await ensureTenant(tx, { slug: 'main', name: 'Main', currency: 'EUR' }, nowMs)
    const { sourceId } = await ensureSource(tx, tenantId, 'pbx', nowMs)
    const { host, port, username, secret } = pbx
    const secretSealed = sealSecret(key, secret)
    await setAmiConnection(tx, { sourceId, host, port, username, secretSealed }, nowMs)
    return { tenantId, sourceId }
  })
}

/** Has a file of the source followed. */
export async function followFileAt(db: Db, tenant: CrashTenant, path: string, nowMs: number): Promise<void> {
  const feed = { ...tenant, kind: 'file' as const, name: path, settings: { path, content: 'cdr' }, zone: 'UTC' }
  await transaction(db, (tx) => saveFeed(tx, feed, nowMs))
}

/** What an account owes for a call, in millionths; whole blocks, and no rounding because there is none to do. */
export function owed(charged: NonNullable<TrueCall['charged']>): bigint {
  const digits = charged.number.replace('+', '')
  const rate = RATES.find(({ prefix }) => digits.startsWith(prefix))
  if (rate === undefined) throw new Error(`no rate for ${charged.number}`)
  const blocks = (BigInt(charged.seconds) + rate.block - 1n) / rate.block
  return (blocks * rate.block * rate.perMinute * 100n) / 60n
}

const decimals = (tenThousandths: bigint) => `0.${String(tenThousandths).padStart(4, '0')}`
