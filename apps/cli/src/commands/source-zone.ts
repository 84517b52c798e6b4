// tollbook source zone: in which zone a PBX writes its local times. What came is read anew at once; where a worker runs, it
// may do a part of it.

import { orderZone, runRestitch } from '@tollbook/charging/restitch'
import { asSourceId } from '@tollbook/kernel'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { MAIN_SOURCE } from '../provision.ts'
import { grouped } from '../text.ts'

export const sourceZone: Command = {
  needs: 'tenant',
  help: `source zone sets the time zone in which a PBX writes its times, and reads anew what was read in another.

  tollbook source zone ZONE [--name SOURCE] [--tenant SLUG] [--json]

  ZONE                 UTC, +03:00 or a name such as Europe/Dublin; auto: found from the rows, as it is when nothing is set
  --name SOURCE        default: ${MAIN_SOURCE}

Imports and feeds that were given a zone of their own, and followed files, which are read as their rows tell, stay as they
are. Calls are stitched and rated again; what is on an invoice is only proposed for credit.`,
  options: { name: { type: 'string' } },
  run,
}

async function run(args: Args, { db, clock, tenant }: TenantSurroundings): Promise<Answer> {
  const [zone, ...more] = args.words
  if (zone === undefined || more.length > 0) throw new UsageError('Say one zone: tollbook source zone Europe/Dublin')
  const name = optional(args, 'name') ?? MAIN_SOURCE
  const { tenantId } = tenant
  const source = await db.q
    .selectFrom('source')
    .select('source_id')
    .where('tenant_id', '=', tenantId)
    .where('name', '=', name)
    .executeTakeFirst()
  if (source === undefined) throw new CommandError('not-found', `There is no source "${name}".`)
  const order = { tenantId, sourceId: asSourceId(source.source_id), zone, by: 'the command line' }
  const done = await orderZone(db, { ...order, nowMs: clock.now() })
  if (!done.ok) throw new CommandError(done.error.kind, done.error.reason)
  let changed = 0
  for (;;) {
    const ran = await runRestitch(db, clock)
    if (ran === undefined) break
    if (ran.id === done.value) changed += ran.changed
  }
  const read = done.value === undefined ? 'Nothing had to be read anew.' : `${grouped(changed)} calls changed.`
  return { json: { source: name, zone, changed }, text: `${name} writes its times in ${zone}. ${read}` }
}
