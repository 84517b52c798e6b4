// A row of the list of calls. What only newer answers of the api tell is optional here.

import type { CallRow } from '@tollbook/api/wire'

type Named = { readonly id: number; readonly name: string }

export type FoundCall = CallRow & {
  readonly did?: string | null
  readonly extension?: string | null
  readonly disposition?: string | null
  /** Q.850 */
  readonly cause?: number | null
  readonly carrier?: Named | null
  /** ISO 3166-1 number. */
  readonly country?: number | null
  readonly ringSeconds?: number
  readonly waitSeconds?: number
  readonly tags?: readonly string[]
}
