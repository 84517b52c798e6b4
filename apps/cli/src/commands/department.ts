// tollbook department: groups of extensions and accounts, by which figures are told.

import { transaction } from '@tollbook/db'
import {
  type DepartmentRefusal,
  listDepartments,
  parseExtensions,
  removeDepartment,
  saveDepartment,
} from '@tollbook/directory/departments'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { table } from '../text.ts'

export const departmentSet: Command = {
  needs: 'tenant',
  help: `department set makes a department, or gives the one of that name other members.

  tollbook department set NAME [--extensions LIST] [--accounts LIST] [--tenant SLUG] [--json]

  --extensions   separated by commas, ranges too: 201-219,230
  --accounts     codes, separated by commas

Members not named leave it. An extension or account belongs to one department at most.

  tollbook department set Sales --extensions 201-219,230 --accounts acme`,
  options: { extensions: { type: 'string' }, accounts: { type: 'string' } },
  run: set,
}

export const departmentList: Command = {
  needs: 'tenant',
  help: `department list shows departments and their members.

  tollbook department list [--tenant SLUG] [--json]`,
  options: {},
  run: list,
}

export const departmentRemove: Command = {
  needs: 'tenant',
  help: `department remove dissolves a department; its calls stay.

  tollbook department remove NAME [--tenant SLUG] [--json]`,
  options: {},
  run: remove,
}

async function set(args: Args, { db, tenant: { tenantId } }: TenantSurroundings): Promise<Answer> {
  const name = nameOf(args)
  const extensions = parseExtensions(optional(args, 'extensions') ?? '')
  if (!extensions.ok) throw new UsageError(`--extensions: ${extensions.error.message}.`)
  const codes = (optional(args, 'accounts') ?? '').split(',').map((code) => code.trim())
  const accounts = [...new Set(codes)].filter((code) => code !== '')
  const saved = await transaction(db, async (tx) => {
    const there = (await listDepartments(tx, tenantId)).find((one) => one.name === name)
    const change = { name, extensions: extensions.value, accounts }
    return saveDepartment(tx, tenantId, there === undefined ? change : { ...change, id: there.id })
  })
  if (!saved.ok) throw refused(saved.error)
  const members = extensions.value.length + accounts.length
  return { json: saved.value, text: `${name} has ${members} ${members === 1 ? 'member' : 'members'}.` }
}

async function list(args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}.`)
  const departments = await listDepartments(db, tenant.tenantId)
  const columns = [{ title: 'department' }, { title: 'extensions' }, { title: 'accounts' }]
  const lines = departments.map((one) => [one.name, one.extensions.join(', '), one.accounts.join(', ')])
  const none = 'There is no department. Next: tollbook department set Sales --extensions 201-219'
  return { json: { departments }, text: departments.length === 0 ? none : table(columns, lines) }
}

async function remove(args: Args, { db, tenant: { tenantId } }: TenantSurroundings): Promise<Answer> {
  const name = nameOf(args)
  const removed = await transaction(db, async (tx) => {
    const there = (await listDepartments(tx, tenantId)).find((one) => one.name === name)
    return there !== undefined && (await removeDepartment(tx, tenantId, there.id))
  })
  if (!removed) throw new CommandError('not-found', `There is no department "${name}".`)
  return { json: { name, removed }, text: `${name} is dissolved.` }
}

function nameOf(args: Args): string {
  const [name = '', ...more] = args.words
  if (name.trim() === '' || more.length > 0) throw new UsageError('Which one? Quote a name of several words.')
  return name.trim()
}

function refused(error: DepartmentRefusal): CommandError {
  if (error.kind !== 'members-taken')
    return new CommandError(error.kind, 'Somebody else changed it just now. Try again.')
  const taken = error.taken.slice(0, 5).map(({ member, department }) => `${member} belongs to ${department}`)
  return new CommandError(error.kind, `${taken.join(', ')}. Take them out there first.`, { taken: error.taken })
}
