// Destinations: the names rate decks give to prefixes ("United Kingdom Mobile"). Owns table destination.

import { nextId, type Tx } from '@tollbook/db'
import type { TenantId } from '@tollbook/kernel'
import { countryOf } from './country-of.ts'

/** A name, or a name with one of its prefixes, from which its country is known. */
export type DestinationSeed = string | { readonly name: string; readonly prefix: string }

/**
 * Makes the destinations that are missing and answers the ids of all of them by name. A country is set from the prefix
 * when one is given and the destination has none yet.
 */
export async function ensureDestinations(
  tx: Tx,
  tenantId: TenantId | number,
  seeds: Iterable<DestinationSeed>,
): Promise<Map<string, number>> {
  const countries = new Map<string, number>()
  for (const seed of seeds) {
    const { name, prefix } = typeof seed === 'string' ? { name: seed, prefix: '' } : seed
    countries.set(name, countries.get(name) || countryOf(prefix))
  }
  const known = await destinationsOf(tx, tenantId, [...countries.keys()])
  const missing = [...countries.keys()].filter((name) => !known.has(name)).sort()
  if (missing.length > 0) {
    await insertDestinations(tx, tenantId, missing, countries)
    for (const [name, row] of await destinationsOf(tx, tenantId, missing)) known.set(name, row)
  }
  const nameless = [...known].filter(([name, row]) => row.country === 0 && countries.get(name) !== 0)
  if (nameless.length > 0) await setCountries(tx, nameless, countries)
  return new Map([...known].map(([name, row]) => [name, row.id]))
}

async function destinationsOf(tx: Tx, tenantId: TenantId | number, names: readonly string[]) {
  const { rows } = await tx.client.query<{ name: string; destination_id: number; country_id: number }>(
    'select name, destination_id, country_id from destination where tenant_id = $1 and name = any($2::text[])',
    [tenantId, names],
  )
  return new Map(rows.map((row) => [row.name, { id: row.destination_id, country: row.country_id }]))
}

async function insertDestinations(
  tx: Tx,
  tenantId: TenantId | number,
  names: readonly string[],
  countries: ReadonlyMap<string, number>,
): Promise<void> {
  const first = await nextId(tx, 'destination', names.length)
  await tx.client.query(
    `insert into destination (destination_id, tenant_id, name, country_id)
     select $1 + (n - 1)::int, $2, name, country
     from unnest($3::text[], $4::smallint[]) with ordinality as missing (name, country, n)
     on conflict (tenant_id, name) do nothing`,
    [first, tenantId, names, names.map((name) => countries.get(name) ?? 0)],
  )
}

async function setCountries(
  tx: Tx,
  destinations: readonly (readonly [string, { readonly id: number }])[],
  countries: ReadonlyMap<string, number>,
): Promise<void> {
  await tx.client.query(
    `update destination d set country_id = seen.country
     from unnest($1::int[], $2::smallint[]) as seen (id, country) where d.destination_id = seen.id`,
    [destinations.map(([, row]) => row.id), destinations.map(([name]) => countries.get(name) ?? 0)],
  )
}
