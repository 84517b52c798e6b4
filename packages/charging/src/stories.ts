// Stories of stored calls, told by the rules in force: those of their source, with the trunks of the directory.

import { type CompiledRules, compileRules, loadRules, rulesOfSource } from '@tollbook/calls/rules'
import {
  type CallStory,
  type RulesOf,
  readStories,
  readStory,
  type StoriesAsked,
  type ToldCall,
} from '@tollbook/calls/story'
import type { Db } from '@tollbook/db'
import { loadDirectory } from '@tollbook/directory'
import type { CallKey, TenantId } from '@tollbook/kernel'

/** The story of one call; undefined when the tenant has none of this key. */
export async function callStory(db: Db, tenantId: TenantId, key: CallKey): Promise<CallStory | undefined> {
  return readStory(db, tenantId, key, await rulesInForce(db, tenantId))
}

/** Stories of the calls of a time, in the order in which they opened, some hundred at a time. */
export async function* callStories(db: Db, asked: StoriesAsked): AsyncGenerator<ToldCall[]> {
  yield* readStories(db, asked, await rulesInForce(db, asked.tenantId))
}

/** Not the whole book: stories need no price, and a tenant's decks may be large. */
async function rulesInForce(db: Db, tenantId: TenantId): Promise<RulesOf> {
  const directory = await loadDirectory(db, tenantId)
  const rules = await loadRules(db, tenantId)
  const trunkPeers = [...directory.trunksByPeer.keys()]
  const compiled = new Map<number, CompiledRules>()
  return (sourceId) => {
    const known = compiled.get(sourceId) ?? compileRules(rulesOfSource(rules, sourceId), { trunkPeers })
    compiled.set(sourceId, known)
    return known
  }
}
