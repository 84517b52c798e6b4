// What reading rows of a table has to remember. Differs from a file's in one thing: what an equal CDR means.

import type { TableContent } from '@tollbook/asterisk/tables'
import type { SourceId } from '@tollbook/kernel'
import { type LegContext, legContext } from '../leg-context.ts'
import type { ZoneConverter } from '../zone-converter.ts'

/**
 * A CDR that equals another in everything was entered in the table twice (FreePBX has no key), or pushed again; no PBX
 * writes two such. Of events there may well be two, and they are counted as everywhere.
 */
export function tabledContext(content: TableContent, sourceId: SourceId, zone: ZoneConverter): LegContext {
  const context = legContext(sourceId, zone)
  return content === 'cdr' ? { ...context, seen: { next: () => 0 } } : context
}
