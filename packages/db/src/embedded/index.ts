// The second door of db: the embedded server. Its readers start processes; those of the first door ask questions.

export { EmbeddedServerError } from './binaries.ts'
export { type DataLock, takeDataLock } from './data-lock.ts'
export { announcedServer, publishServer, withdrawServer } from './discovery.ts'
export { type EmbeddedServer, startEmbedded } from './start.ts'
