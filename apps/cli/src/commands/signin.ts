// tollbook signin: a link that signs in once. Whoever may run commands on the machine is trusted to be its administrator.

import { transaction } from '@tollbook/db'
import { createLoginLink, ensureAdmin, LOGIN_LINK_MS } from '@tollbook/directory/people'
import type { Config } from '@tollbook/runtime'
import { type Answer, type Args, type Command, CommandError, type DatabaseSurroundings, optional } from '../command.ts'

export const signinCommand: Command = {
  needs: 'database',
  help: `signin prints a link that signs an administrator in, once, within the hour.

  tollbook signin [--email ADDRESS] [--json]

  --email ADDRESS   default: admin@localhost; made when nobody has it`,
  options: { email: { type: 'string' } },
  run,
}

/** The administrator of a Tollbook that nobody has signed in to. */
const FIRST_ADMIN = { email: 'admin@localhost', name: 'Administrator' } as const

async function run(args: Args, { config, db, clock }: DatabaseSurroundings): Promise<Answer> {
  const email = optional(args, 'email') ?? FIRST_ADMIN.email
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new CommandError('not-an-address', `"${email}" is not an email address.`)
  const userId = await transaction(db, (tx) => ensureAdmin(tx, { email, name: FIRST_ADMIN.name }, clock.now()))
  const url = signinUrl(config, await createLoginLink(db, userId, clock))
  const expiresAt = new Date(clock.now() + LOGIN_LINK_MS).toISOString()
  return { json: { url, email, expiresAt }, text: `${url}\nGood once, until ${expiresAt}.` }
}

/** Where the pages are reached from this machine. */
function signinUrl(config: Config, token: string): string {
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/signin?token=${token}`
}
