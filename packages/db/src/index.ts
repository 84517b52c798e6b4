export type { Db, Queryable, Schema, Tx } from './connect.ts'
export { connect, transaction } from './connect.ts'
export { copyLines } from './copy.ts'
export { copyRows } from './copy-rows.ts'
export { nextId } from './counters.ts'
export { EmbeddedServerError } from './embedded/binaries.ts'
export { type DataLock, takeDataLock } from './embedded/data-lock.ts'
export { announcedServer, publishServer, withdrawServer } from './embedded/discovery.ts'
export { type EmbeddedServer, startEmbedded } from './embedded/start.ts'
export { type Listener, listen, notifyStatement } from './listen.ts'

export { lockInTransaction, tryLockInTransaction } from './locks.ts'

export { lookAndInsert } from './look-and-insert.ts'

export { migrate } from './migrate.ts'
export { ensureMonths, monthOf } from './partitions.ts'
export type { RowWriter } from './row-writer.ts'
