// Every change of what a deck charges goes through here: under the deck's lock, with its live version and the moment of
// its change set anew, and running processes told.

import { lockInTransaction, notifyStatement, type Tx } from '@tollbook/db'

/** Holds a deck alone until the transaction ends; whoever changes versions of a deck does so. */
export async function lockDeck(tx: Tx, deckId: number): Promise<void> {
  await lockInTransaction(tx, `deck ${deckId}`)
}

/**
 * To be called after any change of the versions of a deck, in its transaction. `changed_at` always moves forward, also
 * when two changes fall into one millisecond or a clock stands back: it is what running processes compare.
 */
export async function deckChanged(tx: Tx, deckId: number, nowMs: number): Promise<void> {
  await tx.client.query(
    `update rate_deck d set
       live_version = ${inForce('d.deck_id', '$2')},
       changed_at = greatest($2, changed_at + interval '1 millisecond')
     where deck_id = $1`,
    [deckId, new Date(nowMs)],
  )
  await tx.client.query(notifyStatement(TOPIC))
}

/** SQL for the number of the version in force at an instant, 0 = none: the rule of in-force.ts. Arguments come from code. */
export function inForce(deckId: string, at: string): string {
  return `coalesce((select v.version from deck_version v
    where v.deck_id = ${deckId} and v.state = 'active' and v.effective_from <= ${at}
    order by greatest(v.effective_from, v.activated_at) desc, v.version desc limit 1), 0)`
}

/** What listeners hear when decks or plans have changed. */
const TOPIC = 'decks'

export async function plansChanged(tx: Tx): Promise<void> {
  await tx.client.query(notifyStatement(TOPIC))
}
