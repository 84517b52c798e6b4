// A source by the name that was given.

import { CommandError, type TenantSurroundings } from './command.ts'

/** Its id; the names there are when there is none of this one. */
export async function findSource({ db, tenant }: TenantSurroundings, name: string): Promise<number> {
  const rows = await db.q
    .selectFrom('source')
    .select(['source_id', 'name'])
    .where('tenant_id', '=', tenant.tenantId)
    .orderBy('name')
    .execute()
  const found = rows.find((row) => row.name === name)
  if (found !== undefined) return found.source_id
  const names = rows.map((row) => row.name).join(', ')
  throw new CommandError('no-source', `There is no source "${name}".${names === '' ? '' : ` There are: ${names}`}`)
}
