// Commands as a user meets them: exit codes, one JSON object on standard output, the database closed at the end.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { amiConnections, ensureTenant } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { loadSecretKey, openSecret } from '@tollbook/runtime'
import { sampleCdrLines, sampleDecks } from '@tollbook/sample'
import { openDuck } from '@tollbook/stats/columns'
import { fakeAmi, testCertificate, testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { COMMANDS } from './commands.ts'
import { NoDatabaseError } from './open-database.ts'
import { commandRunner } from './testing/command-runner.ts'

const db = testDatabase()
const END = Date.parse('2026-11-23T14:00:00Z')
const ZONE = 'Europe/Dublin'
const clock = fixedClock(END)
const folder = mkdtempSync(join(tmpdir(), 'tollbook-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { tollbook, json } = commandRunner({ db, clock, folder })

beforeAll(async () => {
  const lines = [...sampleCdrLines({ endMs: END, seed: 7, zone: ZONE, scale: 0.02 })]
  writeFileSync(join(folder, 'Master.csv'), `${lines.join('\n')}\n`)
  writeFileSync(join(folder, 'half.csv'), `${lines.slice(0, 100).join('\n')}\n`)
  writeFileSync(join(folder, 'retail.csv'), sampleDecks(END, ZONE)[0]!.csv)
  writeFileSync(join(folder, 'notes.txt'), 'These are not call detail records.\n')
  await transaction(db(), (tx) =>
    ensureTenant(tx, { slug: 'main', name: 'Main', zone: ZONE, currency: 'EUR', plan: PLAN }, END),
  )
})

const PLAN = { countryCode: '353', nationalPrefix: '0', internationalPrefixes: ['00'] }

describe('usage', () => {
  it.each([
    ['nonsense', 'There is no command "nonsense"'],
    ['deck', '"deck" needs one of: preview, import, list, show'],
    ['import', 'Which file?'],
    ['import Master.csv --colour', "Unknown option '--colour'"],
    ['stats --from 2026-11-01', '--to is required'],
    ['stats --from 2026-11-01 --to 2026-11-02 --by moon', '--by must be one of'],
    ['deck import retail.csv', '--name is missing'],
    ['deck import retail.csv --name R --side up', 'use sell or buy'],
    ['invoice run --month november', 'write it as 2026-10'],
    ['source connect --host h --user u --port 0', 'use a number from 1 to 65535'],
    ['bench nothing-like-it', 'There is no benchmark'],
  ])('tollbook %s → 2', async (words, said) => {
    const run = await tollbook(words)
    expect([run.code, run.out]).toEqual([2, ''])
    expect(run.err).toContain(said)
    const [meant] = Object.keys(COMMANDS).filter((name) => `${words} `.startsWith(`${name} `))
    expect(run.err).toContain(`Try: tollbook help${meant === undefined ? '' : ` ${meant}`}\n`)
    const asJson = await json(words)
    expect(asJson.code).toBe(2)
    expect(asJson.answer).toMatchObject({ error: { kind: 'usage' } })
    expect(asJson.err).toBe('')
  })

  it('helps: with everything, with one command, in JSON', async () => {
    expect((await tollbook('')).out).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage')
    expect((await tollbook('--help')).code).toBe(0)
    expect((await tollbook('help deck')).out).toContain('tollbook deck import FILE')
    expect((await tollbook('import --help')).out).toContain('--source NAME')
    expect((await json('help')).answer.commands).toHaveLength(Object.keys(COMMANDS).length)
    for (const [name, load] of Object.entries(COMMANDS)) expect((await load()).help.startsWith(`${name} `)).toBe(true)
  })

  it('tells its version', async () => {
    expect((await json('version')).answer).toMatchObject({ node: process.versions.node })
    expect((await tollbook('--version')).out).toMatch(/^tollbook \d+\.\d+\.\d+ /)
  })
})

describe('failures', () => {
  it('is 1 with a kind when there is no database, no tenant, no file', async () => {
    const openDatabase = async () => {
      throw new NoDatabaseError('nobody answers')
    }
    const none = await json('stats --from 2026-11-01 --to 2026-11-02', { openDatabase })
    expect([none.code, none.answer]).toEqual([1, { error: { kind: 'no-database', message: 'nobody answers' } }])
    expect((await json('deck list --tenant nobody')).answer).toMatchObject({ error: { kind: 'no-tenant' } })
    expect((await json('import missing.csv')).answer).toMatchObject({ error: { kind: 'no-file' } })
    mkdirSync(join(folder, 'empty'), { recursive: true })
    expect((await json(`import ${join(folder, 'empty')}`)).answer).toMatchObject({ error: { kind: 'no-file' } })
    expect((await tollbook('import missing.csv')).code).toBe(1)
  })

  it('refuses a file that is not CDRs before anything changes', async () => {
    const run = await json('import notes.txt')
    expect(run.code).toBe(1)
    expect(run.answer).toHaveProperty('error.kind')
    // Also as the last of several: the first ones are not imported then.
    const several = await json('import Master.csv notes.txt')
    expect([several.code, several.answer]).toEqual([1, run.answer])
    expect((await db().q.selectFrom('leg').select('leg_key').execute()).length).toBe(0)
  })
})

const IMPORT_KEYS =
  'source format zone read inserted cel queue_events duplicates matched rejected calls rated unrated seconds'.split(' ')

describe('the main job', () => {
  it('prices, imports, counts and invoices', async () => {
    const deck = await json('deck import retail.csv --name Retail --currency EUR --default')
    expect(deck.answer).toMatchObject({ name: 'Retail', version: 1, problems: [] })

    const first = await json('import Master.csv --source office')
    expect(Object.keys(first.answer)).toEqual(IMPORT_KEYS)
    expect(first.answer).toMatchObject({ source: 'office', format: 'cdr_csv-21', duplicates: 0, rejected: 12 })
    expect(first.answer.read).toBe(Number(first.answer.inserted) + 12)

    const again = await json('import Master.csv --source office')
    expect(again.answer).toMatchObject({ inserted: 0, duplicates: first.answer.inserted })

    const stats = await json('stats --from 2026-08-24 --to 2026-11-24 --by month --metrics legs,calls,revenue')
    expect(Object.keys(stats.answer)).toEqual([
      ...['from', 'to', 'zone', 'by', 'split', 'currency', 'rows', 'total', 'approximate'],
    ])
    const rows = stats.answer.rows as Record<string, unknown>[]
    expect(rows.map((r) => Object.keys(r))).toEqual(rows.map(() => ['key', 'label', 'legs', 'calls', 'revenue']))
    expect(stats.answer.total).toMatchObject({
      legs: first.answer.inserted,
      revenue: expect.stringMatching(/^\d+\.\d{6}$/),
    })

    const run = await json('invoice run --month 2026-10')
    expect(run.answer).toMatchObject({ month: '2026-10', unchanged: 0 })
    expect(Number(run.answer.created)).toBeGreaterThan(0)
    expect((await json('invoice run --month 2026-10')).answer).toMatchObject({
      created: 0,
      unchanged: run.answer.created,
    })
    expect((await json('invoice list')).answer.invoices).toHaveLength(Number(run.answer.created))
    expect((await json('deck list')).answer.decks).toHaveLength(1)
  })

  it('exports the same calls in every format, and figures', async () => {
    const span = '--from 2026-11-01 --to 2026-11-24 --outcome answered'
    const lines = (await tollbook(`export calls ${span} --format ndjson`)).out.trimEnd().split('\n')
    const calls = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(calls.length).toBeGreaterThan(10)
    const made = await json(`export calls ${span} --format parquet --out calls.parquet`)
    expect(made.answer).toMatchObject({ file: join(folder, 'calls.parquet'), rows: calls.length })
    const duck = await (await openDuck(folder)).connect()
    const rows = await duck.rows(
      `select * replace (epoch_ms(started_at)::double as started_at) from '${made.answer.file}'`,
    )
    duck.close()
    expect(rows.map((row) => row.key)).toEqual(calls.map((call) => call.key))
    expect(rows.map((row) => row.revenue)).toEqual(calls.map((call) => call.revenue))
    expect(rows.map((row) => row.started_at)).toEqual(calls.map((call) => Date.parse(String(call.started_at))))
    expect((await tollbook(`export calls ${span} --columns to,key --zone Asia/Kolkata`)).out).toMatch(/^to,key\r\n/)
    const figures = await json('export stats --from 2026-11-01 --to 2026-11-24 --by outcome --format xlsx --out f.xlsx')
    expect(figures.answer).toMatchObject({ rows: expect.any(Number), bytes: expect.any(Number) })
    expect((await tollbook('export stats --from 2026-11-01 --to 2026-11-24 --by outcome')).out).toMatch(/^key,label,/)
    for (const bad of ['calls --format xlsx', 'calls --columns no', 'calls --zone Mars/Base', 'stats --from x']) {
      expect((await tollbook(`export ${bad}`)).code, bad).toBe(2)
    }
  })

  it('adds several files up', async () => {
    const { answer } = await json('import half.csv Master.csv --source office')
    expect(Object.keys(answer)).toEqual([...IMPORT_KEYS, 'files'])
    const files = answer.files as { file: string; read: number }[]
    expect(files.map((f) => f.file)).toEqual(['half.csv', 'Master.csv'])
    expect(answer.read).toBe(files.reduce((n, f) => n + f.read, 0))
    expect(answer.inserted).toBe(0)
  })

  it('takes what holds records out of a folder, but no copy of one account', async () => {
    const inside = join(folder, 'cdr-csv')
    mkdirSync(inside)
    const master = readFileSync(join(folder, 'Master.csv'), 'latin1')
    writeFileSync(join(inside, 'Master.csv'), master, 'latin1')
    writeFileSync(join(inside, 'ACME.csv'), master.slice(0, master.indexOf('\n', 5000) + 1), 'latin1')
    writeFileSync(join(inside, 'notes.txt'), 'not a call')
    const { answer } = await json(`import ${inside} --source office`)
    expect(answer).toMatchObject({ format: 'cdr_csv-21', inserted: 0 })
    const skipped = answer.skipped as { file: string; reason: string }[]
    expect(skipped.map((s) => s.file).sort()).toEqual(['ACME.csv', 'notes.txt'])
  })

  it('speaks in tables to people, with what to do next', async () => {
    const imported = await tollbook('import Master.csv --source office')
    expect(imported.out).toMatch(/known already +\d/)
    expect(imported.out).toContain('Next: ')
    expect(imported.err).toContain('Master.csv: 100 %')
    const stats = await tollbook('stats --from 2026-08-24 --to 2026-11-24 --by account --metrics calls,margin')
    expect(stats.out).toMatch(/account +calls +margin EUR/)
    expect(stats.out).toMatch(/\ntotal +[\d,]+ +[\d,.]+\n/)
    expect((await tollbook('invoice list')).out).toMatch(/number +account +net +tax +total/)
  })
})

describe('push-token', () => {
  it('makes one, lists it without itself and takes it back', async () => {
    const made = await json('push-token create --source office --name cron')
    expect(made.answer).toMatchObject({ source: 'office', name: 'cron', token: expect.stringMatching(/^tbp_\d+_/) })
    expect(made.code).toBe(0)
    const { id, token } = made.answer as { id: number; token: string }
    const listed = await tollbook('push-token list')
    expect(listed.out).toMatch(/office +cron/)
    expect(listed.out).not.toContain(token)
    expect((await json(`push-token revoke ${id}`)).answer).toEqual({ id, revoked: true })
    expect(await json(`push-token revoke ${id}`)).toMatchObject({ code: 1, answer: { error: { kind: 'not-found' } } })
    expect((await tollbook('push-token revoke')).code).toBe(2)
    expect((await json('push-token list')).answer).toEqual({ tokens: [] })
  })
})

describe('source zone', () => {
  it('sets the zone, reads anew what came, and refuses what is none', async () => {
    const first = async () =>
      (
        await db().pool.query('select min(started_at) as at from leg join source using (source_id) where name = $1', [
          'office',
        ])
      ).rows[0].at
    await json('import half.csv --source office')
    const done = (await json('source zone +05:30 --name office')).answer
    expect(done).toMatchObject({ source: 'office', zone: '+05:30' })
    expect(done.changed).toBeGreaterThan(0)
    const before: Date = await first()
    expect((await json('source zone UTC --name office')).answer).toMatchObject({ changed: done.changed })
    expect((await first()).getTime()).toBe(before.getTime() + 5.5 * 3_600_000)
    expect((await json('source zone Atlantis --name office')).answer).toMatchObject({ error: { kind: 'bad-zone' } })
    expect((await json('source zone UTC --name nowhere')).answer).toMatchObject({ error: { kind: 'not-found' } })
    await json('source zone auto --name office')
  })
})

describe('source connect', () => {
  it('takes the secret from standard input and stores it sealed', async () => {
    const words = 'source connect --host 10.0.0.5 --user tollbook --name office'
    expect((await json(words)).answer).toMatchObject({ error: { kind: 'no-secret' } })
    const done = await tollbook(words, { readStdin: async () => 'hush hush\n' })
    expect(done.code).toBe(0)
    expect(done.out).not.toContain('hush')
    const [connection] = await amiConnections(db())
    expect(openSecret(loadSecretKey(folder), connection!.secretSealed)).toBe('hush hush')
    expect((await json('source list')).answer).toMatchObject({
      sources: [{ name: 'office', ami: { host: '10.0.0.5', port: 5038, username: 'tollbook' } }],
    })
  })

  it('takes the way, and a certificate authority without its key', async () => {
    const readStdin = async () => 'hush'
    const words =
      'source connect --host pbx --user tollbook --name far --transport https --auth md5 --http-path /asterisk'
    const { ca, key } = testCertificate()
    const file = join(folder, 'ca.pem')
    writeFileSync(file, ca)
    expect((await tollbook(`${words} --ca ${file} --server-name pbx.test`, { readStdin })).code).toBe(0)
    expect((await amiConnections(db())).find((c) => c.name === 'far')).toMatchObject({
      ...{ port: 8089, transport: 'https', auth: 'md5', caPem: ca, serverName: 'pbx.test', httpPath: '/asterisk' },
    })
    writeFileSync(file, ca + key)
    expect((await json(`${words} --ca ${file}`, { readStdin })).answer).toMatchObject({ error: { kind: 'bad-file' } })
    expect((await json(`${words} --auth none`, { readStdin })).answer).toMatchObject({ error: { kind: 'usage' } })
  })
})

describe('source follow', () => {
  it('names a file, waits for one that is not there, refuses a wrong one, and forgets it again', async () => {
    const done = await json('source follow office Master.csv --zone Europe/Dublin')
    expect(done.answer).toMatchObject({ source: 'office', found: 'cdr_csv-21', zone: 'Europe/Dublin', content: 'auto' })
    expect((await json('source follow office later/queue_log --content queue_log')).answer).toMatchObject({ found: '' })
    expect((await json('source follow office notes.txt')).answer).toHaveProperty('error.kind')
    expect((await json('source follow office Master.csv --content cel')).answer).toMatchObject({
      error: { kind: 'other-content' },
    })
    const { feeds } = (await json('source list')).answer as { feeds: object[] }
    expect(feeds).toMatchObject([
      { source: 'office', kind: 'file', name: join(folder, 'Master.csv'), state: 'none', enabled: true },
      { name: join(folder, 'later/queue_log') },
    ])
    expect((await tollbook('source list')).out).toMatch(/office +\S+Master\.csv +Europe\/Dublin/)
    expect((await tollbook('source unfollow office Master.csv')).out).toContain('no longer followed')
    expect((await tollbook('source unfollow office later/queue_log')).code).toBe(0)
    expect((await json('source unfollow office Master.csv')).answer).toMatchObject({ error: { kind: 'not-followed' } })
  })
})

describe('signin', () => {
  it('prints a link that is good once', async () => {
    const { answer } = await json('signin')
    expect(answer.url).toMatch(/^http:\/\/127\.0\.0\.1:8080\/signin\?token=[\w-]{43}$/)
  })
})

describe('doctor', () => {
  it('looks at everything and fails when something does not work', async () => {
    await db().pool.query('delete from ami_connection')
    const { code, answer } = await json('doctor')
    expect(answer).not.toHaveProperty('error')
    const checks = answer.checks as { name: string; state: string }[]
    expect(checks.map((c) => c.name)).toEqual(expect.arrayContaining(['Node', 'Disk', 'PostgreSQL', 'Schema', 'Books']))
    // The test server is not durable on purpose, and the doctor sees it.
    expect(checks.find((c) => c.name === 'Settings')?.state).toBe('failed')
    expect([code, answer.ok]).toEqual([1, false])
    expect((await tollbook('doctor')).out).toContain('Next: Settings: fsync is off')
  })

  it('logs in to each Asterisk, and says why when it cannot', async () => {
    const fake = await fakeAmi({ version: '22.10.1' })
    const words = `source connect --host 127.0.0.1 --port ${fake.port} --user tollbook`
    const amiOf = async () => {
      const { answer } = await json('doctor')
      return (answer.checks as { name: string }[]).find((c) => c.name === 'AMI asterisk')
    }
    await tollbook(words, { readStdin: async () => fake.secret })
    expect(await amiOf()).toMatchObject({ state: 'ok', detail: expect.stringContaining('127.0.0.1') })
    await tollbook(words, { readStdin: async () => 'wrong' })
    expect(await amiOf()).toMatchObject({ state: 'failed', detail: expect.stringContaining('manager.conf') })
    await fake.close()
    expect(await amiOf()).toMatchObject({ state: 'failed', detail: expect.stringContaining('nothing listens there') })
  })

  it('says so when there is no database', async () => {
    const openDatabase = async () => {
      throw new NoDatabaseError('nobody answers')
    }
    const { code, answer } = await json('doctor', { openDatabase })
    expect(code).toBe(1)
    expect(answer).toMatchObject({ ok: false })
  })
})

describe('health', () => {
  it('says what is missing and what to do, and fails when something needs somebody', async () => {
    const { rows } = await db().pool.query('select source_id, tenant_id from source order by source_id limit 1')
    const { source_id, tenant_id } = rows[0]
    await db().pool.query(
      `insert into capture_gap (source_id, gap_key, tenant_id, from_at, until_at, cause)
       values ($1, gen_random_uuid(), $2, '2026-11-01', '2026-11-01 00:02', 'restarted')`,
      [source_id, tenant_id],
    )
    const { code, answer } = await json('health')
    const findings = answer.findings as { kind: string; text: string }[]
    expect(code).toBe(1)
    expect(findings.find((one) => one.kind === 'gap-open')?.text).toMatch(
      /1 gap nothing has filled; tollbook import its Master.csv of 2026-11-01T00:00 to 2026-11-01T00:02 UTC/,
    )
    expect((await tollbook('health')).out).toContain('! ')
    const doctor = (await json('doctor')).answer.checks as { name: string; detail: string }[]
    expect(doctor.find((c) => c.detail.includes('nothing has filled'))?.name).toMatch(/^Data of /)
    await db().pool.query('delete from capture_gap')
    expect((await tollbook('health --hours 745')).code).toBe(2)
  })
})

describe('sample', () => {
  it('delete says whether there was one', async () => {
    expect((await json('sample delete')).answer).toEqual({ deleted: false })
  })
})

describe('department and tag', () => {
  it('group calls, say what stands in the way, and let go again', async () => {
    expect((await json('department list')).answer).toEqual({ departments: [] })
    const made = await json('department set Sales --extensions 201-203,230 --accounts ACME')
    expect(made.answer).toMatchObject({ name: 'Sales', extensions: ['201', '202', '203', '230'], accounts: ['ACME'] })
    const clash = await json('department set Help --extensions 203')
    expect(clash).toMatchObject({ code: 1, answer: { error: { kind: 'members-taken' } } })
    expect((await tollbook('department set Sales --extensions 9-2')).code).toBe(2)
    expect((await json('department set Sales --extensions 201')).answer).toMatchObject({ extensions: ['201'] })
    expect((await tollbook('department list')).out).toMatch(/Sales +201/)
    expect((await json('department remove Sales')).answer).toEqual({ name: 'Sales', removed: true })
    expect((await json('department remove Sales')).code).toBe(1)
  })

  it('are put on calls that are there, and nowhere else', async () => {
    const { rows } = await db().pool.query('select call_key from call order by call_key limit 1')
    const key = rows[0].call_key as string
    expect((await json(`tag add vip ${key} 00000000-0000-8000-8000-000000000000`)).answer).toEqual({
      tag: 'vip',
      changed: 1,
    })
    expect((await json('tag list')).answer).toEqual({ tags: [{ tag: 'vip', calls: 1 }] })
    expect((await json(`tag remove vip ${key}`)).answer).toEqual({ tag: 'vip', changed: 1 })
    expect((await tollbook('tag add vip 7')).code).toBe(2)
    expect((await tollbook(`tag add none ${key}`)).code).toBe(2)
  })
})

describe('stats --csv', () => {
  it('are the rows of the same answer', async () => {
    const question = 'stats --from 2026-08-24 --to 2026-11-24 --by direction --metrics calls,minutes,revenue'
    const { rows } = (await json(question)).answer as { rows: Record<string, string | number>[] }
    const { out } = await tollbook(`${question} --csv`)
    const cells = rows.map(({ key, label, calls, minutes, revenue }) => [key, label, calls, minutes, revenue].join(','))
    expect(out).toBe(['key,label,calls,minutes,revenue', ...cells, ''].join('\r\n'))
    expect((await tollbook(`${question} --csv --json`)).code).toBe(2)
  })
})

describe('calls', () => {
  it.each([
    '--outcome answered',
    '--direction !inbound --talk 30-',
    '--number _2XX --source office',
    '--account !none --country !none',
    '--revenue 0.1- --rated rated',
  ])('are those that stats counts: %s', async (filters) => {
    const span = '--from 2026-08-24 --to 2026-11-24'
    const { answer } = await json(`stats ${span} --metrics calls ${filters}`)
    const { calls } = answer.total as { calls: number }
    const told = (await tollbook(`calls ${span} ${filters} --json`)).out.split('\n').filter((line) => line !== '')
    expect(told).toHaveLength(calls)
    expect(calls).toBeGreaterThan(0)
  })

  it('are asked for by filters that can be read, of sources that are there', async () => {
    expect((await tollbook('calls --outcome sometimes')).err).toContain('--outcome must be one of')
    expect(await tollbook('calls --source nowhere')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no source'),
    })
    expect((await tollbook('calls --account nobody')).out).toContain('No such calls in this time')
  })
})

describe('bench', () => {
  it('lists names without one', async () => {
    expect((await json('bench')).answer.benchmarks).toEqual(expect.arrayContaining(['cdr-reader']))
  })

  it('passes options on to the benchmark, so that none is an error here', async () => {
    const { code, err } = await tollbook('bench nothing --sizes 1000')
    expect(code).toBe(2)
    expect(err).toContain('There is no benchmark "nothing".')
    expect((await tollbook('bench --help')).out).toContain('tollbook bench [NAME')
  })
})

describe('rating a2billing', () => {
  const cases = async function* () {
    yield '{"id":"a","rate":{"rateinitial":"0.60","initblock":30,"billingblock":18},"input":{"duration":31,"credit":"1.00"}}'
    yield 'not json'
    yield ''
    yield '{"id":"b","rate":{"rateinitial":"x"},"input":{"duration":1}}'
  }

  it('answers each case with a line, and names those it cannot read', async () => {
    const cost = await tollbook('rating a2billing cost', { stdinLines: cases })
    const seconds = '"billed_seconds":36,"billed_seconds_by_tier":{"a":0,"b":0,"c":0,"base":36},"buy_billed_seconds":31'
    expect(cost.out).toBe(`{"id":"a","charge":"0.360000","buycost":"0.000000000000",${seconds}}\n`)
    expect(cost.err).toContain('line 2: this is not JSON.')
    expect(cost.err).toContain('line 4: rateinitial is not an amount: "x"')
    expect(cost.code).toBe(1)
    const timeout = await tollbook('rating a2billing timeout --json', { stdinLines: cases })
    expect(timeout.out.split('\n')[0]).toBe(
      '{"id":"a","timeout":90,"error":null,"timeout_without_rules":100,"free_seconds_included":0,"free_call":false}',
    )
    expect(timeout.out.trim().split('\n')).toHaveLength(1)
  })

  it('says how it is used', async () => {
    expect((await tollbook('rating a2billing both')).code).toBe(2)
  })
})
