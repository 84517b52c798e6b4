// What routes of a deck's versions have in common: how one is addressed, and what a refused change of it is answered.

import { z } from '@hono/zod-openapi'
import type { VersionRefusal } from '@tollbook/tariffs'
import { Refusal } from './problem.ts'
import { idField, versionField } from './query-fields.ts'

export const VersionParams = z.object({ id: idField, version: versionField })

export function versionRefusal({ kind, message }: VersionRefusal): Refusal {
  return new Refusal(kind === 'no-such-version' ? 'not-found' : 'in-the-way', message)
}
