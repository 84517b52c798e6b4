// tollbook restitch: stored calls made anew by the rules, trunks and accounts of today.

import { orderAgain } from '@tollbook/charging/restitch'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { findSource } from '../find-source.ts'
import { parseInstant } from '../parse-instant.ts'
import { restitchThrough } from '../restitch-through.ts'
import { counted, grouped } from '../text.ts'

export const restitchCommand: Command = {
  needs: 'tenant',
  help: `restitch makes stored calls anew: stitched by the rules in force, attributed by the trunks and accounts there are now.

  tollbook restitch [--from DATE] [--to DATE] [--source NAME] [--tenant SLUG] [--json]

  --from, --to    when the calls were made, --to exclusive (default: all)
  --source NAME   only the calls of this PBX

Needed after a trunk was added or changed; saving rules does it by itself. What changes is noted at the call and charged
anew; a call on an invoice is only proposed for credit. Cut off, the worker goes on with it.

  tollbook restitch --from 2026-11-01 --source pbx`,
  options: { from: { type: 'string' }, to: { type: 'string' }, source: { type: 'string' } },
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
  const { db, clock, tenant } = around
  const at = (name: 'from' | 'to') => {
    const text = optional(args, name)
    return text === undefined ? undefined : parseInstant(name, text, tenant.zone)
  }
  const [fromMs, toMs] = [at('from'), at('to')]
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) throw new UsageError('--from has to be before --to')
  const name = optional(args, 'source')
  const sourceId = name === undefined ? 0 : await findSource(around, name)
  const span = { tenantId: tenant.tenantId, sourceId, fromMs, toMs }
  const id = await orderAgain(db, { ...span, by: 'tollbook restitch', nowMs: clock.now() })
  const { callsSeen: seen, callsChanged: changed, callsInvoiced: invoiced } = await restitchThrough(around, id)
  const text = `${counted(seen, 'call')} looked at, ${grouped(changed)} changed${
    invoiced > 0 ? `, ${grouped(invoiced)} on invoices only proposed for credit` : ''
  }.`
  return { json: { id, seen, changed, invoiced }, text }
}
