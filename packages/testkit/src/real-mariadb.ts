// A real MariaDB for tests of foreign tables: Debian's packages unpacked into a directory, nothing installed, no root
// needed, started on loopback with its data thrown away. Only where it was asked for and can be: TOLLBOOK_TEST_MARIADB=1.

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const WAIT_MS = 60_000

export type RealMariadb = {
  readonly host: '127.0.0.1'
  readonly port: number
  /** May do everything. */
  readonly user: 'lab'
  readonly password: 'lab-secret'
  /** Stops the server and removes its data; the unpacked packages stay. */
  stop(): Promise<void>
}

/** Why there is no real MariaDB here, or undefined when there can be one. */
export function noRealMariadb(): string | undefined {
  if (process.env.TOLLBOOK_TEST_MARIADB !== '1') return 'TOLLBOOK_TEST_MARIADB is not 1'
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return 'this is not a Debian'
  return undefined
}

/** Starts one: 2 s, and 3 s for the packages (8 MB) the first time. @throws when they cannot be had. */
export async function realMariadb(): Promise<RealMariadb> {
  const root = await unpacked()
  const dir = await mkdtemp(join(tmpdir(), 'tollbook-mariadb-data-'))
  const port = await freePort()
  await mkdir(join(dir, 'data'))
  const server = serverIn(root, dir)
  await bootstrap(server, root)
  const init = join(dir, 'init.sql')
  await writeFile(
    init,
    `create user 'lab'@'127.0.0.1' identified by 'lab-secret';\ngrant all on *.* to 'lab'@'127.0.0.1' with grant option;\n`,
  )
  const listen = ['--bind-address=127.0.0.1', `--port=${port}`, '--skip-name-resolve']
  const child = server([...listen, `--socket=${join(dir, 's.sock')}`, `--init-file=${init}`])
  await ready(child)
  return {
    ...{ host: '127.0.0.1', port, user: 'lab', password: 'lab-secret' },
    async stop() {
      const gone = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await gone
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** Debian's server and what it needs, below the temporary directory; fetched the first time. */
async function unpacked(): Promise<string> {
  const root = join(tmpdir(), 'tollbook-mariadb', 'root')
  if (existsSync(root)) return root
  const work = await mkdtemp(join(tmpdir(), 'tollbook-mariadb-'))
  const packages = async () => {
    const { stdout } = await run('apt-cache', ['depends', '--no-recommends', '--no-suggests', 'mariadb-server-core'])
    const needed = [...stdout.matchAll(/^ +(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]*)$/gm)].map((m) => m[1]!)
    return ['mariadb-server-core', ...needed.filter((name) => !/^(libc6|libgcc-s1|libstdc\+\+6)$/.test(name))]
  }
  const download = async () => await run('apt-get', ['download', ...(await packages())], { cwd: work })
  await download().catch(async () => {
    await run('apt-get', ['update', '-qq']) // the lists of packages are missing or old
    await download()
  })
  for (const deb of (await readdir(work)).filter((f) => f.endsWith('.deb')))
    await run('dpkg-deb', ['-x', join(work, deb), join(work, 'root')])
  await mkdir(join(tmpdir(), 'tollbook-mariadb'), { recursive: true })
  await rename(join(work, 'root'), root).catch((error: Error) => {
    if (!existsSync(root)) throw error // else another test file was faster
  })
  await rm(work, { recursive: true, force: true })
  return root
}

type Start = (args: readonly string[]) => ChildProcess

function serverIn(root: string, dir: string): Start {
  const machine = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[process.arch as string] ?? ''
  const libraries = [join(root, 'usr/lib', machine), join(root, 'lib', machine)].join(':')
  const share = join(root, 'usr/share/mysql')
  const args = [
    ...['--no-defaults', `--datadir=${join(dir, 'data')}`, `--lc-messages-dir=${share}`],
    ...[`--character-sets-dir=${join(share, 'charsets')}`, `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`],
    ...['--innodb-flush-log-at-trx-commit=0', '--innodb-log-file-size=8M', '--innodb-buffer-pool-size=32M'],
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ]
  return (more) =>
    spawn(join(root, 'usr/sbin/mariadbd'), [...args, ...more], {
      env: { ...process.env, LD_LIBRARY_PATH: libraries },
      stdio: ['pipe', 'ignore', 'pipe'],
    })
}

/** Makes the system tables, as mariadb-install-db does. */
async function bootstrap(start: Start, root: string): Promise<void> {
  const share = join(root, 'usr/share/mysql')
  const tables = await readFile(join(share, 'mysql_system_tables.sql'))
  const rows = await readFile(join(share, 'mysql_system_tables_data.sql'))
  const child = start(['--bootstrap', '--skip-networking'])
  const ended = exitOf(child)
  child.stdin?.end(Buffer.concat([Buffer.from('create database mysql;\nuse mysql;\n'), tables, rows]))
  await ended
}

async function exitOf(child: ChildProcess): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-4000)))
  const code = await new Promise((done, fail) => child.once('exit', done).once('error', fail))
  if (code !== 0) throw new Error(`mariadbd ended with ${code}: ${said}`)
}

async function ready(child: ChildProcess): Promise<void> {
  let said = ''
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`mariadbd is not ready: ${said}`)), WAIT_MS)
    child.once('exit', (code) => fail(new Error(`mariadbd ended with ${code}: ${said}`)))
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-4000)
      if (!said.includes('ready for connections')) return
      clearTimeout(timer)
      done()
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  return address.port
}
