// Development: writes src/schema.ts anew from the migrations, on a throw-away server.
//   node packages/db/generate-schema.ts

import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from './src/embedded/index.ts'
import { connect, migrate } from './src/index.ts'

const here = import.meta.dirname
const dir = mkdtempSync(join(tmpdir(), 'tollbook-schema-'))
chmodSync(dir, 0o711) // the server may run as another user
const server = await startEmbedded({ dataDir: dir })
try {
  const db = connect(server.url(), { max: 1 })
  await migrate(db, join(here, '../../migrations'))
  await db.close()
  const codegen = join(here, 'node_modules/kysely-codegen/dist/cli/bin.js')
  const args = [
    '--url',
    server.url(),
    '--dialect',
    'postgres',
    '--date-parser',
    'string',
    '--include-pattern',
    'public.*', // what is made for others to read is not for us
    '--out-file',
    join(here, 'src/schema.ts'),
  ]
  const run = spawnSync(process.execPath, [codegen, ...args], { stdio: 'inherit' })
  process.exitCode = run.status ?? 1
} finally {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
}
