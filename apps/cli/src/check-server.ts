// Whether a PostgreSQL of the user's own will do, asked before anything is written to it.

import { connect } from '@tollbook/db'

/** The least major version: BRIN Bloom and date_bin came with 14; the whole main job has been run on 15 and 18. */
const OLDEST_MAJOR = 15
/** A server that drops packets would keep us for minutes. */
const CONNECT_MS = 10_000

/** Why this server cannot be used, as a sentence's end; undefined when it can. Throws when it cannot be reached. */
export async function serverFault(url: string): Promise<string | undefined> {
  const db = connect(url, { max: 1, applicationName: 'tollbook', connectTimeoutMs: CONNECT_MS })
  try {
    const { rows } = await db.pool.query<{ version: string; number: string; encoding: string; standby: boolean }>(
      `select current_setting('server_version') as version, current_setting('server_version_num') as number,
         current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby`,
    )
    const { version, number, encoding, standby } = rows[0]!
    if (Number(number) < OLDEST_MAJOR * 10_000) return `it is version ${version}; ${OLDEST_MAJOR} or newer is needed`
    if (encoding !== 'UTF8') return `its encoding is ${encoding}; create the database with encoding UTF8`
    return standby ? 'it is a standby, which cannot be written to' : undefined
  } finally {
    await db.close()
  }
}
