// Pages of calls for a file over HTTP, newest first, each within the time a question may take.

import type { FindPage } from '@tollbook/exports'
import { newestPages } from '@tollbook/exports/find-calls'
import type { ApiDeps } from './api-deps.ts'
import { boundedRead } from './bounded-read.ts'

export function newestOf({ db, columns }: ApiDeps): FindPage {
  return newestPages((ask) => boundedRead(db, ask), columns)
}
