// tollbook tag: words on calls.

import { listTags, parseTag, tagCalls } from '@tollbook/calls/search'
import { transaction } from '@tollbook/db'
import { asCallKey } from '@tollbook/kernel'
import { type Answer, type Args, type Command, type TenantSurroundings, UsageError } from '../command.ts'
import { grouped, table } from '../text.ts'

export const tagAdd: Command = {
  needs: 'tenant',
  help: `tag add puts a word on calls, by which they are found and counted.

  tollbook tag add TAG KEY… [--tenant SLUG] [--json]

  tollbook tag add "follow up" 019d3f2a-1c00-8a11-8b22-0123456789ab`,
  options: {},
  run: (args, around) => change(args, around, 'add'),
}

export const tagRemove: Command = {
  needs: 'tenant',
  help: `tag remove takes a word off calls.

  tollbook tag remove TAG KEY… [--tenant SLUG] [--json]`,
  options: {},
  run: (args, around) => change(args, around, 'remove'),
}

export const tagList: Command = {
  needs: 'tenant',
  help: `tag list shows the tags there are, and on how many calls.

  tollbook tag list [--tenant SLUG] [--json]`,
  options: {},
  run: async (_args, { db, tenant }) => {
    const tags = await listTags(db, tenant.tenantId)
    const columns = [{ title: 'tag' }, { title: 'calls', align: 'right' as const }]
    const none = 'No call has a tag. Next: tollbook tag add TAG KEY'
    const lines = tags.map(({ tag, calls }) => [tag, grouped(calls)])
    return { json: { tags }, text: tags.length === 0 ? none : table(columns, lines) }
  },
}

const KEY = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

async function change(args: Args, { db, clock, tenant }: TenantSurroundings, way: 'add' | 'remove'): Promise<Answer> {
  const [text = '', ...keys] = args.words
  const tag = parseTag(text)
  if (!tag.ok) throw new UsageError(`${tag.error.message[0]!.toUpperCase()}${tag.error.message.slice(1)}.`)
  if (keys.length === 0) throw new UsageError(`Which calls? tollbook tag ${way} TAG KEY…`)
  const bad = keys.find((key) => !KEY.test(key))
  if (bad !== undefined) throw new UsageError(`"${bad}" is not the key of a call.`)
  const order = { tenantId: tenant.tenantId, keys: keys.map(asCallKey), by: 'command line', nowMs: clock.now() }
  const lists = { add: [] as string[], remove: [] as string[], [way]: [tag.value] }
  const changed = await transaction(db, (tx) => tagCalls(tx, { ...order, ...lists }))
  return { json: { tag: tag.value, changed }, text: `${changed} of ${keys.length} calls changed.` }
}
