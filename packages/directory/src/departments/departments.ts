// Departments: groups of extensions and of accounts. Owns tables department and department_member.

import { lockInTransaction, nextId, type Queryable, type Tx } from '@tollbook/db'
import { err, ok, type Result } from '@tollbook/kernel'

export type Department = {
  readonly id: number
  readonly name: string
  readonly extensions: readonly string[]
  /** Codes, also of accounts that are not there yet. */
  readonly accounts: readonly string[]
}

/** What a department is to be. `id` is that of one to change; absent = a new one. */
export type DepartmentChange = Omit<Department, 'id'> & { readonly id?: number }

export type DepartmentRefusal =
  | { readonly kind: 'not-found' }
  /** A department of that name is there. */
  | { readonly kind: 'name-taken' }
  /** Members that belong to other departments already: what belongs to two would be counted twice. */
  | {
      readonly kind: 'members-taken'
      readonly taken: readonly { readonly member: string; readonly department: string }[]
    }

const EXTENSION = 1
const ACCOUNT = 2

/** All of the tenant, by name; members in order. */
export async function listDepartments(db: Queryable, tenantId: number): Promise<readonly Department[]> {
  const named = await db.q
    .selectFrom('department')
    .select(['department_id as id', 'name'])
    .where('tenant_id', '=', tenantId)
    .orderBy('name')
    .execute()
  const members = await db.q
    .selectFrom('department_member')
    .select(['department_id as id', 'kind', 'value'])
    .where('tenant_id', '=', tenantId)
    .orderBy('value')
    .execute()
  const of = (id: number, kind: number) => members.filter((m) => m.id === id && m.kind === kind).map((m) => m.value)
  return named.map(({ id, name }) => ({ id, name, extensions: of(id, EXTENSION), accounts: of(id, ACCOUNT) }))
}

/** Makes or changes a department whole: members not named leave it. */
export async function saveDepartment(
  tx: Tx,
  tenantId: number,
  change: DepartmentChange,
): Promise<Result<Department, DepartmentRefusal>> {
  await lockInTransaction(tx, `departments of ${tenantId}`)
  const there = await listDepartments(tx, tenantId)
  const others = there.filter(({ id }) => id !== change.id)
  if (change.id !== undefined && others.length === there.length) return err({ kind: 'not-found' })
  if (others.some(({ name }) => name === change.name)) return err({ kind: 'name-taken' })
  const taken = others.flatMap((other) =>
    [...common(other.extensions, change.extensions), ...common(other.accounts, change.accounts)].map((member) => ({
      member,
      department: other.name,
    })),
  )
  if (taken.length > 0) return err({ kind: 'members-taken', taken })
  const id = change.id ?? (await nextId(tx, 'department'))
  await tx.client.query(
    `insert into department (department_id, tenant_id, name) values ($1, $2, $3)
     on conflict (department_id) do update set name = $3`,
    [id, tenantId, change.name],
  )
  await tx.client.query('delete from department_member where tenant_id = $1 and department_id = $2', [tenantId, id])
  await tx.client.query(
    `insert into department_member (tenant_id, kind, value, department_id)
     select $1::int, ${EXTENSION}, value, $2::int from unnest($3::text[]) value
     union select $1, ${ACCOUNT}, value, $2 from unnest($4::text[]) value`,
    [tenantId, id, change.extensions, change.accounts],
  )
  return ok({ ...change, id })
}

/** Its calls belong to no department from then on. False when the tenant has none of this id. */
export async function removeDepartment(tx: Tx, tenantId: number, id: number): Promise<boolean> {
  const { rowCount } = await tx.client.query('delete from department where tenant_id = $1 and department_id = $2', [
    tenantId,
    id,
  ])
  return rowCount === 1
}

function common(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.filter((one) => b.includes(one))
}
