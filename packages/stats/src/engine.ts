// Who is asked: PostgreSQL, or DuckDB over the copy. Statements are written once, in the words of the one asked.

import type { Queryable } from '@tollbook/db'
import type { RawBuilder } from 'kysely'
import { type Dialect, POSTGRES } from './dialect.ts'

export type Engine = {
  readonly dialect: Dialect
  readonly rows: <Row>(statement: RawBuilder<unknown>) => Promise<readonly Row[]>
}

export function postgres(q: Queryable): Engine {
  return {
    dialect: POSTGRES,
    rows: async <Row>(statement: RawBuilder<unknown>) => (await statement.execute(q.q)).rows as readonly Row[],
  }
}
