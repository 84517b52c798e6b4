// tollbook calls release: a call that is held for review because of its length, charged after all.

import { releaseCall } from '@tollbook/charging/restitch'
import { asCallKey } from '@tollbook/kernel'
import { type Answer, type Args, type Command, CommandError, type TenantSurroundings, UsageError } from '../command.ts'
import { rollUpAll } from '../roll-up-all.ts'

export const callsRelease: Command = {
  needs: 'tenant',
  help: `calls release charges a call that is held for review: one longer than the rules of its source believe of a call.

  tollbook calls release KEY [--tenant SLUG] [--json]

KEY is the call's, as the address of its page and tollbook health have it.`,
  options: {},
  run,
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

async function run(args: Args, { db, clock, tenant }: TenantSurroundings): Promise<Answer> {
  const [key, ...more] = args.words
  if (key === undefined || more.length > 0 || !UUID.test(key)) {
    throw new UsageError('One key: tollbook calls release KEY')
  }
  const settled = await releaseCall(db, tenant.tenantId, asCallKey(key.toLowerCase()), clock.now())
  if (settled === undefined) throw new CommandError('no-call', `There is no call ${key}.`)
  await rollUpAll(db, clock)
  const text = settled.rated > 0 ? 'Released and charged.' : 'Released; nothing is charged: see tollbook coverage.'
  return { json: { key, charged: settled.rated > 0 }, text }
}
