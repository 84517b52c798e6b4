// Stories of stored calls, told by the rules in force: those of their source, with the trunks of the directory.

import {
  type CallStory,
  type RulesOf,
  readStories,
  readStory,
  type StoriesAsked,
  type ToldCall,
} from '@tollbook/calls/story'
import type { Db } from '@tollbook/db'
import type { CallKey, TenantId } from '@tollbook/kernel'
import { freshBook, rulesOf } from './book.ts'

/** The story of one call; undefined when the tenant has none of this key. */
export async function callStory(db: Db, tenantId: TenantId, key: CallKey): Promise<CallStory | undefined> {
  return readStory(db, tenantId, key, await rulesInForce(db, tenantId))
}

/** Stories of the calls of a time, in the order in which they opened, some hundred at a time. */
export async function* callStories(db: Db, asked: StoriesAsked): AsyncGenerator<ToldCall[]> {
  yield* readStories(db, asked, await rulesInForce(db, asked.tenantId))
}

async function rulesInForce(db: Db, tenantId: TenantId): Promise<RulesOf> {
  const book = await freshBook(db, tenantId)
  return (sourceId) => rulesOf(book, sourceId)
}
