// tollbook signin: a link that signs in once. Whoever may run commands on the machine is trusted to be its administrator.

import { transaction } from '@tollbook/db'
import { createLoginLink, ensureAdmin, LOGIN_LINK_MS } from '@tollbook/directory/people'
import { type Answer, type Args, type Command, CommandError, type DatabaseSurroundings, optional } from '../command.ts'
import { signinUrl } from '../pages-address.ts'
import { provision } from '../provision.ts'

export const signinCommand: Command = {
  needs: 'database',
  help: `signin prints a link that signs an administrator in, once, within the hour.

  tollbook signin [--email ADDRESS] [--json]

  --email ADDRESS   default: the first administrator; made when nobody has it`,
  options: { email: { type: 'string' } },
  run,
}

async function run(args: Args, { config, db, clock }: DatabaseSurroundings): Promise<Answer> {
  const email = optional(args, 'email')
  if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new CommandError('not-an-address', `"${email}" is not an email address.`)
  }
  const userId =
    email === undefined
      ? await provision(db, clock)
      : await transaction(db, (tx) => ensureAdmin(tx, { email, name: 'Administrator' }, clock.now()))
  const url = signinUrl(config, await createLoginLink(db, userId, clock))
  const expiresAt = new Date(clock.now() + LOGIN_LINK_MS).toISOString()
  return { json: { url, expiresAt }, text: `${url}\nGood once, until ${expiresAt}.` }
}
