// tollbook push-token: tokens for programs that push CDRs of one source over the API. A token is shown once.

import { transaction } from '@tollbook/db'
import { ensureSource } from '@tollbook/directory'
import { createPushToken, listPushTokens, revokePushToken } from '@tollbook/directory/people'
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
import { table } from '../text.ts'

export const pushTokenCreate: Command = {
  needs: 'tenant',
  help: `push-token create makes a token with which a program may push CDRs of one source, and nothing else.

  tollbook push-token create [--source NAME] [--name TEXT] [--tenant SLUG] [--json]

  --source NAME   default: ${MAIN_SOURCE}; made when it is new
  --name TEXT     what to call the token in lists

It is shown this once. See docs/push.md for how to send with it.

  tollbook push-token create --source office --name "cron of office"`,
  options: { source: { type: 'string' }, name: { type: 'string' } },
  run: create,
}

export const pushTokenList: Command = {
  needs: 'tenant',
  help: `push-token list shows who may push CDRs, without the tokens themselves.

  tollbook push-token list [--tenant SLUG] [--json]`,
  options: {},
  run: list,
}

export const pushTokenRevoke: Command = {
  needs: 'tenant',
  help: `push-token revoke takes a token back: who holds it is refused from now on.

  tollbook push-token revoke ID [--tenant SLUG] [--json]`,
  options: {},
  run: revoke,
}

async function create(args: Args, { db, clock, tenant }: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0)
    throw new UsageError(`"${args.words[0]}" is not understood; see tollbook help push-token create`)
  const source = optional(args, 'source') ?? MAIN_SOURCE
  const name = optional(args, 'name') ?? source
  const { tenantId } = tenant
  const { tokenId: id, token } = await transaction(db, async (tx) => {
    const { sourceId } = await ensureSource(tx, tenantId, source, clock.now())
    return await createPushToken(tx, { tenantId, sourceId, name }, clock.now())
  })
  return {
    json: { id, source, name, token },
    text: `${token}\n\nToken ${id} for the source ${source}. It is shown this once.`,
  }
}

async function list(_args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  const tokens = (await listPushTokens(db, tenant.tenantId)).map(
    ({ tokenId, source, name, createdAtMs, usedAtMs }) => ({
      ...{ id: tokenId, source, name, createdAt: new Date(createdAtMs).toISOString() },
      usedAt: usedAtMs === undefined ? null : new Date(usedAtMs).toISOString(),
    }),
  )
  const columns = [{ title: 'id' }, { title: 'source' }, { title: 'name' }, { title: 'made' }, { title: 'last used' }]
  const lines = tokens.map((t) => [String(t.id), t.source, t.name, t.createdAt, t.usedAt ?? 'never'])
  const none = 'There is no push token. Next: tollbook push-token create'
  return { json: { tokens }, text: tokens.length === 0 ? none : table(columns, lines) }
}

async function revoke(args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  const [word, ...more] = args.words
  if (word === undefined || more.length > 0 || !/^\d{1,9}$/.test(word)) {
    throw new UsageError('Which one? tollbook push-token revoke ID')
  }
  const id = Number(word)
  if (!(await revokePushToken(db, tenant.tenantId, id)))
    throw new CommandError('not-found', `There is no push token ${id}.`)
  return { json: { id, revoked: true }, text: `Token ${id} is revoked.` }
}
