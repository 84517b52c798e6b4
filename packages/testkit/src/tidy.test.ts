// The rules of the house, as a test: floors, circles, one writer per table, size, names, purity, READMEs.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FAIL_POINTS } from '@tollbook/kernel'
import { describe, expect, it } from 'vitest'
import { importsOf, ROOT, type SourceFile, sourceFiles } from './source-tree.ts'

const files = sourceFiles()
const GENERATED = 'packages/db/src/schema.ts'
const production = files.filter((f) => !f.isTest && f.path !== GENERATED)
const rooms = [...new Set(files.map((f) => f.room))].sort()

const FLOORS: readonly (readonly string[])[] = [
  ['kernel'],
  ['asterisk', 'rating', 'db', 'runtime'],
  ['selection'],
  ['calls', 'directory', 'intake', 'tariffs', 'ledger', 'stats'],
  ['charging', 'exports', 'health', 'invoices'],
  ['sample'],
  ['ingest', 'worker', 'agi', 'api', 'web', 'cli'],
]
const floorOf = (name: string) => FLOORS.findIndex((floor) => floor.includes(name))
const nameOf = (room: string) => room.split('/')[1]!

/** Who may insert, update or delete. Everybody may read. */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  db: ['counter', 'migration'],
  directory: [
    'tenant',
    'account',
    'carrier',
    'trunk',
    'destination',
    'source',
    'ami_connection',
    'app_user',
    'membership',
    'session',
    'login_link',
    'push_token',
    'bi_user',
    ...['department', 'department_member', 'saved_view'],
  ],
  calls: [
    ...[
      'leg',
      'channel_alias',
      'cel',
      'queue_event',
      'call_join',
      'call',
      'call_segment',
      'seizure',
      'call_tag',
      'call_change',
      'call_rules',
      'restitch',
    ],
    ...['batch', 'import', 'ingest_reject', 'erased_number', 'erasure_key', 'erasure'],
  ],
  intake: ['feed', 'feed_checkpoint', 'feed_state', 'capture_gap', 'record_coverage', 'source_hour', 'spool_position'],
  tariffs: ['rate_deck', 'deck_version', 'rate', 'tariff_plan', 'plan_deck', 'plan_block', 'plan_package'],
  charging: [
    'charge',
    'call_unrated',
    'touched_hour',
    'package_use',
    'revaluation',
    'revaluation_line',
    'credit_proposal',
    'retention',
    'detached_month',
  ],
  ledger: ['ledger_entry', 'balance'],
  invoices: ['invoice', 'invoice_line', 'invoice_counter', 'invoiced_entry'],
  stats: [
    ...['roll_traffic_quarter', 'roll_traffic_day', 'roll_traffic_month', 'roll_account_day', 'roll_account_month'],
    ...['roll_destination_day', 'roll_destination_month', 'roll_did_day', 'roll_did_month', 'roll_extension_day'],
    ...['roll_extension_month', 'roll_spread_day', 'roll_spread_month', 'roll_pulse_day'],
    ...['roll_pulse_month', 'roll_pulse_quarter', 'roll_heat_day', 'roll_heat_month', 'roll_payer_hour'],
    ...['roll_payer_day', 'roll_payer_month', 'roll_place_hour', 'roll_place_day', 'roll_place_month'],
    ...['roll_phone_hour', 'roll_phone_day', 'roll_phone_month', 'roll_did_hour', 'roll_spread_hour', 'roll_open_day'],
    ...['roll_team_hour', 'roll_team_day', 'roll_team_month', 'roll_talk_hour', 'roll_talk_day', 'roll_talk_month'],
    ...['touched_hour', 'trunk_minute', 'trunk_quarter', 'trunk_day', 'trunk_reach', 'column_day', 'column_hour'],
    'column_missed',
  ],
  ingest: ['source_state'],
}

const faults = (found: readonly (string | undefined | false)[]) => found.filter((f) => typeof f === 'string')
const each = (check: (file: SourceFile) => string | undefined | false, among = production) => faults(among.map(check))
const lines = (text: string) => text.split('\n')

describe('floors', () => {
  it('every room stands on a floor', () => {
    expect(faults(rooms.map((r) => r !== 'packages/testkit' && floorOf(nameOf(r)) < 0 && r))).toEqual([])
  })

  it('a room imports only rooms below it', () => {
    const found = production.flatMap((file) =>
      importsOf(file).packages.map(({ name, typeOnly }) => {
        const own = nameOf(file.room)
        if (name === own) return `${file.path} imports its own room by name`
        if (own === 'web' && name === 'api' && typeOnly) return undefined
        return floorOf(name) >= 0 && floorOf(name) < floorOf(own) ? undefined : `${file.path} imports ${name}`
      }),
    )
    expect(faults(found)).toEqual([])
  })

  it('a package.json depends only on rooms below, on testkit only for tests', () => {
    const found = rooms.flatMap((room) => {
      const own = nameOf(room)
      const { dependencies = {} } = JSON.parse(readFileSync(join(ROOT, room, 'package.json'), 'utf8'))
      const ours = Object.keys(dependencies).filter((d) => d.startsWith('@tollbook/'))
      if (own === 'testkit') return []
      return ours.map((d) =>
        floorOf(d.slice(10)) >= 0 && floorOf(d.slice(10)) < floorOf(own) ? undefined : `${room} depends on ${d}`,
      )
    })
    expect(faults(found)).toEqual([])
  })

  it('no two files import each other in a circle', () => {
    const graph = new Map(files.map((f) => [f.path, importsOf(f).files]))
    const state = new Map<string, 'open' | 'done'>()
    const circles: string[] = []
    const visit = (path: string, trail: readonly string[]): void => {
      if (state.get(path) === 'done') return
      if (state.get(path) === 'open') {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' > '))
        return
      }
      state.set(path, 'open')
      for (const next of graph.get(path) ?? []) if (graph.has(next)) visit(next, [...trail, path])
      state.set(path, 'done')
    }
    for (const path of graph.keys()) visit(path, [])
    expect(circles).toEqual([])
  })
})

describe('one table, one writer', () => {
  it('only its owner inserts into, updates or deletes from a table', () => {
    const owner = new Map<string, string[]>()
    for (const [room, tables] of Object.entries(WRITERS))
      for (const t of tables) owner.set(t, [...(owner.get(t) ?? []), room])
    const verb =
      /(?:insertInto|updateTable|deleteFrom|mergeInto)\(\s*['"](\w+)|(?:insert\s+into|delete\s+from|\btruncate(?:\s+table)?|merge\s+into)\s+"?(\w+)|\bupdate\s+"?(\w+)"?\s+(?:\w+\s+)?set\b|copy(?:Lines|Rows)\(\s*\w+,\s*['"](\w+)/gi
    const found = production.flatMap((file) =>
      [...file.text.matchAll(verb)].map((m) => {
        const table = (m[1] ?? m[2] ?? m[3] ?? m[4])!.toLowerCase()
        const allowed = owner.get(table)
        return allowed && !allowed.includes(nameOf(file.room)) ? `${file.path} writes ${table}` : undefined
      }),
    )
    expect(faults(found)).toEqual([])
  })
})

/** Values through one door, types not counted; only the kernel, which is the vocabulary, has more. */
const MOST_NAMES = 24

describe('size and names', () => {
  it('no file is over 500 lines, 90 % are under 300', () => {
    expect(
      each((f) => lines(f.text).length > 501 && f.path !== GENERATED && `${f.path}: ${lines(f.text).length}`, files),
    ).toEqual([])
    expect(production.filter((f) => lines(f.text).length > 300).length).toBeLessThanOrEqual(production.length * 0.1)
  })

  // A table of routes or a tree of markup is read as a list, not as control flow: it may be longer.
  it('no function is over 60 lines, no table of routes and no component over 140', () => {
    const long = production.flatMap((file) => {
      const found: string[] = []
      let start = -1
      const longest = file.path.endsWith('.tsx') || file.path.startsWith('apps/api/src/routes/') ? 140 : 60
      lines(file.text).forEach((line, i) => {
        if (/^(export )?(async )?function\b/.test(line)) start = i
        if (line === '}' && start >= 0) {
          if (i - start + 1 > longest) found.push(`${file.path}:${start + 1}: ${i - start + 1} lines`)
          start = -1
        }
      })
      return found
    })
    expect(long).toEqual([])
  })

  it('no file has a name that says nothing', () => {
    const empty = /(^|\/)(utils?|helpers?|common|types|constants|misc|shared|interfaces?)\.tsx?$/
    expect(each((f) => empty.test(f.path) && f.path, files)).toEqual([])
  })

  it('every file opens with what it is', () => {
    expect(
      each((f) => !/^(#!.*\n)?(\/\/ \S|\/\*\*)/.test(f.text) && !/\/index\.ts$|\/schema\.ts$/.test(f.path) && f.path),
    ).toEqual([])
  })

  it('doors name what they let out, and not too much', () => {
    const doors = production.filter((f) => /^packages\/[a-z]+\/src\/(\w+\/)?index\.ts$/.test(f.path))
    expect(each((f) => /export \*/.test(f.text) && f.path, doors)).toEqual([])
    const names = (text: string) =>
      [...text.matchAll(/export \{([^}]*)\}/g)]
        .flatMap((m) => m[1]!.split(','))
        .filter((n) => n.trim() !== '' && !n.trim().startsWith('type '))
    expect(
      each(
        (f) =>
          names(f.text).length > MOST_NAMES && f.room !== 'packages/kernel' && `${f.path}: ${names(f.text).length}`,
        doors,
      ),
    ).toEqual([])
  })
})

describe('purity', () => {
  const isApp = (f: SourceFile) => f.room.startsWith('apps/')
  const code = (f: SourceFile) => f.text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')

  it('below the apps nothing asks the machine for the time', () => {
    const allowed = ['packages/kernel/src/clock.ts']
    expect(
      each((f) => !isApp(f) && !allowed.includes(f.path) && /new Date\(\)|Date\.now\(/.test(code(f)) && f.path),
    ).toEqual([])
  })

  it('the environment is read in one place', () => {
    // Besides the one place: two that only hand the environment, or a part of it, on to a child.
    const allowed = [
      'packages/runtime/src/config.ts',
      'packages/db/src/embedded/cluster.ts',
      'apps/cli/src/processes.ts',
    ]
    expect(
      each(
        (f) => !allowed.includes(f.path) && !f.path.endsWith('.config.ts') && /process\.env/.test(code(f)) && f.path,
      ),
    ).toEqual([])
  })

  it('nothing reads a float where money might be', () => {
    expect(each((f) => /parseFloat\(/.test(code(f)) && f.path)).toEqual([])
    const money = ['packages/rating', 'packages/ledger', 'packages/charging']
    expect(
      each((f) => money.includes(f.room) && /\.toFixed\(|Math\.round\(|Math\.ceil\(/.test(code(f)) && f.path),
    ).toEqual([])
  })

  it('rating does no input or output and waits for nothing', () => {
    expect(each((f) => f.room === 'packages/rating' && /node:|Promise|async |await /.test(code(f)) && f.path)).toEqual(
      [],
    )
  })

  it('there is no any, no enum, no default export', () => {
    expect(
      each(
        (f) =>
          /: any\b|as any\b|^export default|^(export )?enum /m.test(code(f)) &&
          !f.path.endsWith('.config.ts') &&
          f.path,
      ),
    ).toEqual([])
  })
})

describe('fail points', () => {
  it('each stands in the source exactly once, so that a run that dies there has died at one place', () => {
    const text = production.filter((f) => !f.path.startsWith('packages/testkit')).map((f) => f.text)
    const found = text.flatMap((t) => [...t.matchAll(/\bfailPoint(?:Armed)?\('([^']+)'\)/g)].map((m) => m[1]!))
    expect(found.toSorted()).toEqual([...FAIL_POINTS].toSorted())
  })
})

describe('papers', () => {
  it('every room says what it owns, what not, what always holds and how to read it', () => {
    const found = rooms.map((room) => {
      const path = join(ROOT, room, 'README.md')
      if (!existsSync(path)) return `${room}: no README`
      const text = readFileSync(path, 'utf8').toLowerCase()
      const missing = ['owns', 'does not own', 'invariants', 'how to read it'].filter(
        (part) => !new RegExp(`^##? ${part}`, 'm').test(text),
      )
      return missing.length > 0 ? `${room}: ${missing.join(', ')}` : undefined
    })
    expect(faults(found)).toEqual([])
  })

  it('no room is empty', () => {
    expect(
      faults(rooms.map((room) => !production.some((f) => f.room === room) && room !== 'packages/testkit' && room)),
    ).toEqual([])
  })

  it('what rating and ledger let out is documented', () => {
    const among = production.filter((f) => f.room === 'packages/rating' || f.room === 'packages/ledger')
    const found = among.flatMap((file) =>
      [...file.text.matchAll(/(^|\n)([^\n]*)\nexport (?:async )?function (\w+)/g)].map((m) =>
        m[2]!.trim().endsWith('*/') ? undefined : `${file.path}: ${m[3]}`,
      ),
    )
    expect(faults(found)).toEqual([])
  })
})
