// Destinations belong to the directory, which stands on the same floor: whoever stores rates is handed this.

import type { Tx } from '@tollbook/db'

/** Makes the named destinations, each with one of its prefixes, and answers their ids by name. */
export type EnsureDestinations = (
  tx: Tx,
  destinations: readonly { readonly name: string; readonly prefix: string }[],
) => Promise<ReadonlyMap<string, number>>
