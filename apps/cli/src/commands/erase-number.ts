// tollbook erase-number: a subscriber's number taken out of everything that is kept, money and figures left as they are.

import { eraseSubscriber } from '@tollbook/charging/keep'
import { type Answer, type Args, type Command, CommandError, type TenantSurroundings, UsageError } from '../command.ts'
import { counted, grouped } from '../text.ts'

export const eraseNumberCommand: Command = {
  needs: 'tenant',
  help: `erase-number takes a telephone number out of all calls and records, for good.

  tollbook erase-number NUMBER [--dry-run] [--tenant SLUG] [--json]

  --dry-run   only count in how many rows of which table it stands

In its place stands "erased-…", the same everywhere, so that counts by number hold; calls, seconds, charges and balances stay
to the cent. It is replaced in whatever comes later, too: a file imported again does not bring it back. The number is read by
the number plan of the tenant and found in every form of it. There is no way back. It reads all tables of calls, which takes
minutes with millions of calls. Not reached: backups, files Asterisk keeps, exports somebody took.

  tollbook erase-number +442071838750 --dry-run`,
  options: { 'dry-run': { type: 'boolean' } },
  run,
}

async function run(args: Args, { db, clock, tenant }: TenantSurroundings): Promise<Answer> {
  const [number, ...more] = args.words
  if (number === undefined || more.length > 0) throw new UsageError('Give one number')
  const dryRun = args.options['dry-run'] === true
  const order = { tenantId: tenant.tenantId, number, by: 'tollbook erase-number', dryRun, clock }
  const done = await eraseSubscriber(db, order)
  if (!done.ok) {
    throw new CommandError(done.error.kind, 'That is no number of a subscriber: seven digits or more are needed.')
  }
  const { pseudonym, rows } = done.value
  const total = Object.values(rows).reduce((sum, n) => sum + n, 0)
  const each = Object.entries(rows).map(([table, n]) => `  ${table} ${grouped(n)}`)
  const first = dryRun
    ? `It stands in ${counted(total, 'row')}.`
    : `Taken out of ${counted(total, 'row')}; ${pseudonym} stands in its place.`
  return { json: { ...(dryRun ? {} : { pseudonym }), dryRun, rows }, text: [first, ...each].join('\n') }
}
