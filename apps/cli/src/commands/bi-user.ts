// tollbook bi-user: roles of PostgreSQL for BI tools. A password is shown once.

import { createBiUser, dropBiUser, listBiUsers } from '@tollbook/directory/people'
import { type Answer, type Args, type Command, CommandError, type TenantSurroundings, UsageError } from '../command.ts'
import { table } from '../text.ts'

export const biUserCreate: Command = {
  needs: 'tenant',
  help: `bi-user create makes a role of PostgreSQL that may read the views of schema bi for one tenant, and nothing else.

  tollbook bi-user create NAME [--numbers] [--tenant SLUG] [--json]

  --numbers   it sees telephone numbers and names of callers whole; else numbers are masked

Its password is shown this once. See docs/bi.md for the views.

  tollbook bi-user create metabase`,
  options: { numbers: { type: 'boolean' } },
  run: create,
}

export const biUserList: Command = {
  needs: 'tenant',
  help: `bi-user list shows the roles for BI tools.

  tollbook bi-user list [--tenant SLUG] [--json]`,
  options: {},
  run: list,
}

export const biUserDrop: Command = {
  needs: 'tenant',
  help: `bi-user drop takes a role for BI tools away.

  tollbook bi-user drop NAME [--tenant SLUG] [--json]`,
  options: {},
  run: drop,
}

const REFUSALS = {
  'bad-name': 'A name is small letters, digits and _, and begins with a letter.',
  'role-exists': 'PostgreSQL has a role of this name already.',
  'may-not-make-roles': 'The role in DATABASE_URL may not make roles (CREATEROLE); docs/bi.md has what to run instead.',
} as const

async function create(args: Args, { db, clock, tenant }: TenantSurroundings): Promise<Answer> {
  const name = nameOf(args)
  const showsNumbers = args.options.numbers === true
  const done = await createBiUser(db, { name, tenantId: tenant.tenantId, showsNumbers }, clock.now())
  if (!done.ok) throw new CommandError(done.error.kind, REFUSALS[done.error.kind])
  const { rows } = await db.pool.query<{ database: string; port: number | null }>(
    'select current_database() as database, inet_server_port() as port',
  )
  const { database, port } = rows[0]!
  const text = [
    `Role ${name} reads schema bi of ${tenant.name}, numbers ${showsNumbers ? 'whole' : 'masked'}.`,
    `Password, shown this once: ${done.value}`,
    `Database ${database}${port === null ? '' : `, port ${port}`}`,
  ]
  return { json: { name, password: done.value, database, port, showsNumbers }, text: text.join('\n') }
}

async function list(args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
  const users = await listBiUsers(db, tenant.tenantId)
  const rows = users.map((user) => [user.name, user.showsNumbers ? 'whole' : 'masked'])
  const text = rows.length === 0 ? 'There are none.' : table([{ title: 'role' }, { title: 'numbers' }], rows)
  return { json: { users }, text }
}

async function drop(args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  const name = nameOf(args)
  if (!(await dropBiUser(db, tenant.tenantId, name))) {
    throw new CommandError('not-found', `There is no role "${name}" of this tenant.`)
  }
  return { json: { dropped: name }, text: `Role ${name} is gone.` }
}

function nameOf(args: Args): string {
  const [name, ...more] = args.words
  if (name === undefined || more.length > 0) throw new UsageError('Give one name')
  return name
}
