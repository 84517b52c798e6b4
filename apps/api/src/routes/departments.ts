// Departments: groups of extensions and accounts, by which figures are told.

import { createRoute, z } from '@hono/zod-openapi'
import { transaction } from '@tollbook/db'
import {
  type Department,
  type DepartmentRefusal,
  listDepartments,
  parseExtensions,
  removeDepartment,
  saveDepartment,
} from '@tollbook/directory/departments'
import type { ApiDeps } from '../api-deps.ts'
import { Refusal } from '../problem.ts'
import { idField } from '../query-fields.ts'
import { access, json, jsonBody, newRouter, pageOf } from '../router.ts'
import { DepartmentChange, DepartmentRow } from '../schemas/office.ts'

const tags = ['Departments']
const params = z.object({ id: idField })

const list = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/departments',
  tags,
  summary: 'Departments by name, with their members',
  responses: { 200: json(pageOf(DepartmentRow, 'PageOfDepartments'), 'All of them') },
})

const add = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/departments',
  tags,
  summary: 'Make a department; an extension or account belongs to one at most',
  request: { body: jsonBody(DepartmentChange) },
  responses: { 201: json(DepartmentRow, 'The department') },
})

const put = createRoute({
  ...access('admin'),
  method: 'put',
  path: '/departments/{id}',
  tags,
  summary: 'Change a department whole: members not named leave it',
  request: { params, body: jsonBody(DepartmentChange) },
  responses: { 200: json(DepartmentRow, 'The department') },
})

const remove = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/departments/{id}',
  tags,
  summary: 'Dissolve a department; its calls stay',
  request: { params },
  responses: { 204: { description: 'It is gone' } },
})

export function departmentRoutes({ db }: ApiDeps) {
  return newRouter()
    .openapi(list, async (c) => c.json({ items: await listDepartments(db, c.get('tenant').tenantId), next: null }, 200))
    .openapi(add, async (c) => c.json(await save(db, c.get('tenant').tenantId, c.req.valid('json')), 201))
    .openapi(put, async (c) => {
      const { id } = c.req.valid('param')
      return c.json(await save(db, c.get('tenant').tenantId, c.req.valid('json'), id), 200)
    })
    .openapi(remove, async (c) => {
      const gone = await transaction(db, (tx) =>
        removeDepartment(tx, c.get('tenant').tenantId, c.req.valid('param').id),
      )
      if (!gone) throw refused({ kind: 'not-found' })
      return c.body(null, 204)
    })
}

async function save(
  db: ApiDeps['db'],
  tenantId: number,
  { name, extensions, accounts }: z.output<typeof DepartmentChange>,
  id?: number,
): Promise<Department> {
  const read = parseExtensions(extensions)
  if (!read.ok) throw new Refusal('invalid', undefined, [{ field: 'extensions', message: read.error.message }])
  const members = { extensions: read.value, accounts: [...new Set(accounts)] }
  const saved = await transaction(db, (tx) =>
    saveDepartment(tx, tenantId, { name, ...members, ...(id === undefined ? {} : { id }) }),
  )
  if (saved.ok) return saved.value
  throw refused(saved.error)
}

function refused(error: DepartmentRefusal): Refusal {
  if (error.kind === 'not-found') return new Refusal('not-found', 'There is no such department.')
  if (error.kind === 'name-taken') return new Refusal('already-exists', 'There is a department of this name already.')
  const taken = error.taken.slice(0, 5).map(({ member, department }) => `${member} belongs to ${department}`)
  const more = error.taken.length > 5 ? ` and ${error.taken.length - 5} more` : ''
  return new Refusal('in-the-way', `${taken.join(', ')}${more}. Take them out there first.`)
}
