// `tollbook deck` as people run it: any sheet becomes a version, versions come into force and go, and refusals say what
// to do next.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandRunner } from './testing/command-runner.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 23, 17, 0)
const folder = mkdtempSync(join(tmpdir(), 'tollbook-deck-'))
const { tollbook, json } = commandRunner({ db, clock: fixedClock(NOW), folder })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const HEAD = 'prefix,destination,rate,connect_fee,first_block,increment\n'
const DECK = `${HEAD}44,United Kingdom,0.0140,0,60,60\n44770,"United Kingdom, mobile",0.0575,0.02,60,6\n`
const CARRIER = `Northlink wholesale;;;\nCode;Land;Preis;Gültig ab\n44;United Kingdom;0,0081;01.12.2026\n33;France;0,0064;01.12.2026\n`

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content)
}

beforeAll(async () => {
  write('retail.csv', DECK)
  const tenant = { slug: 'main', name: 'Main', zone: 'Europe/Dublin', currency: 'EUR' }
  await transaction(db(), (tx) => ensureTenant(tx, tenant, NOW))
})

describe('tollbook deck', () => {
  it('previews a sheet it has never seen, and stores nothing', async () => {
    write('northlink.csv', CARRIER)
    const { answer } = await json('deck preview northlink.csv --side buy')
    expect(answer).toMatchObject({
      ...{ filename: 'northlink.csv', rates: 2, problemCount: 0, missing: [] },
      layout: {
        ...{ delimiter: ';', decimalComma: true, dateOrder: 'dmy' },
        columns: ['prefix', 'destination', 'price', 'effective-from'],
      },
    })
    const { out } = await tollbook('deck preview northlink.csv --side buy')
    expect(out).toMatch(/3 +Preis +price +0,0081 \| 0,0064/)
    expect(out).toContain('Nothing was stored. Next: tollbook deck import northlink.csv')
    expect((await tollbook('deck list')).out).toContain('There is no rate deck')
  })

  it('takes the word of a person for a column, by title or by number', async () => {
    write('odd.csv', 'Where,Which,What it is,Really\nFrance,33,0.5,0.0064\n')
    expect(await json('deck preview odd.csv')).toMatchObject({ code: 1 })
    const refused = await tollbook('deck import odd.csv --name Odd')
    expect(refused.err).toMatch(/Columns missing: .* tollbook deck preview odd\.csv/)
    const map = ['--map', 'Which=prefix, really=price,3=ignore,Where=destination']
    const { answer } = await json(['deck', 'preview', 'odd.csv', ...map])
    expect(answer).toMatchObject({ rates: 1, layout: { columns: ['destination', 'prefix', 'ignore', 'price'] } })
    expect((await tollbook(['deck', 'import', 'odd.csv', '--name', 'Odd', ...map])).code).toBe(0)
    expect((await tollbook('deck show odd')).out).toMatch(/33 +France +0\.0064 +0 +60\/60/)
  })

  it('imports a packed sheet, and a later version from a day on', async () => {
    write('retail.csv.gz', gzipSync(DECK))
    const first = await json('deck import retail.csv.gz --name Retail --currency eur --default')
    expect(first.answer).toMatchObject({ name: 'Retail', version: 1, rates: 2, effective: 'always', isDefault: true })
    const second = await tollbook('deck import retail.csv --name Retail --effective 2026-12-01')
    expect(second.out).toContain('Retail, version 2: 2 rates. In force from 2026-12-01 on.')
    const { answer } = await json('deck list')
    expect((answer.decks as object[]).at(-1)).toMatchObject({
      ...{ name: 'Retail', version: 1, since: '1970-01-01T00:00:00.000Z', drafts: [] },
      scheduled: [{ version: 2, from: '2026-12-01T00:00:00.000Z' }],
    })
    expect((await tollbook('deck list')).out).toMatch(
      /Retail \(default\) +sell +EUR +1 +2 +the beginning +2 from 2026-12-01/,
    )
  })

  it('lists faulty rows, and leaves them out only when that was said', async () => {
    write('faulty.csv', `${DECK}33,France,free,0,60,60\n`)
    const refused = await tollbook('deck import faulty.csv --name Faulty')
    expect([refused.code, refused.out]).toEqual([1, ''])
    expect(refused.err).toMatch(
      /1 row has a problem[\s\S]*\n +4 {2}.*33,France,free[\s\S]*take the other 2 rates: --allow-problems/,
    )
    expect(await json('deck import faulty.csv --name Faulty')).toMatchObject({
      answer: { error: { kind: 'bad-rows', problemCount: 1, problems: [{ line: 4 }] } },
    })
    const { answer } = await json('deck import faulty.csv --name Faulty --allow-problems')
    expect(answer).toMatchObject({ rates: 2, problemCount: 1, problems: [{ line: 4 }] })
  })

  it('keeps a draft until it is activated, and takes it out again', async () => {
    write('dearer.csv', DECK.replace('0.0575', '0.1200'))
    const draft = await tollbook('deck import dearer.csv --name Retail --draft')
    expect(draft.out).toContain('Next: tollbook deck diff "Retail" 3')
    const price = async () => (await json('simulate --number +447700900461 --seconds 60')).answer.amount
    expect(await price()).toBe('0.077500')
    expect((await tollbook('deck activate Retail 3')).out).toContain('Retail, version 3, is in force from now on.')
    expect(await price()).toBe('0.140000')
    expect(await tollbook('deck activate Retail 3')).toMatchObject({ code: 1 })
    expect((await tollbook('deck discard Retail 3')).err).toContain('tollbook deck withdraw "Retail" 3')
    expect((await tollbook('deck withdraw Retail v3')).out).toContain('is withdrawn. Version 1 is in force.')
    expect(await price()).toBe('0.077500')
    const back = await json('deck rollback Retail 3 --note again')
    expect(back.answer).toMatchObject({ version: 4, ratesOf: 3 })
    expect(await price()).toBe('0.140000')
    expect((await tollbook('deck show Retail')).out).toMatch(/4 +in force .* going back to 3 .* again/)
  })

  it('deletes a draft', async () => {
    await tollbook('deck import dearer.csv --name Retail --draft')
    expect((await tollbook('deck withdraw Retail 5')).err).toContain('tollbook deck discard "Retail" 5')
    expect((await tollbook('deck discard Retail 5')).out).toContain('version 5 of Retail, is deleted')
    expect((await tollbook('deck activate Retail 5')).err).toContain('has no version 5. It has 1 to 4.')
  })

  it('takes time windows from a file, by which rates of one prefix differ', async () => {
    write('day.csv', 'prefix,destination,rate,window\n44,United Kingdom,0.0300,peak\n44,United Kingdom,0.0100,\n')
    expect((await tollbook('deck import day.csv --name Day')).err).toContain('"peak" is not defined')
    const rules = [{ weekdays: ['Mon-Fri'], from: '08:00', to: '18:00', holidays: 'except' }]
    write('windows.json', JSON.stringify({ windows: [{ name: 'peak', rules }], holidays: ['12-25'] }))
    expect((await json('deck preview day.csv --windows windows.json')).answer).toMatchObject({
      rates: 2,
      problemCount: 0,
    })
    expect((await tollbook('deck import day.csv --name Day --windows windows.json --default')).code).toBe(0)
    const at = (when: string) => ['simulate', '--number', '+442079460018', '--seconds', '60', '--at', when]
    expect((await json(at('2026-11-23 17:59'))).answer).toMatchObject({ amount: '0.030000' })
    expect((await json(at('2026-11-23 18:00'))).answer).toMatchObject({ amount: '0.010000' })
    expect((await json(at('2026-12-25 12:00'))).answer).toMatchObject({ amount: '0.010000' })
    expect((await tollbook('deck show Day')).out).toMatch(/44 +United Kingdom +0\.03 +0 +60\/60 +peak/)
    for (const [file, said] of [
      ['{}', 'windows is missing'],
      ['{"windows":[{"name":"n","rules":[{"weekdays":["Fri-Mon"]}]}]}', '"Fri-Mon" is no weekday'],
      ['{"windows":[{"name":"n","rules":[{"from":"8"}]}]}', '"8" is no time of day'],
      ['{"windows":[],"holidays":["25.12."]}', '"25.12." is not a day'],
    ] as const) {
      write('windows.json', file)
      expect((await tollbook('deck preview day.csv --windows windows.json')).err).toContain(said)
    }
  })

  it.each([
    ['deck import --name X', 2, 'One file'],
    ['deck import retail.csv', 2, '--name is missing'],
    [`deck import retail.csv --name ${'x'.repeat(201)}`, 2, 'at most 200 characters'],
    ['deck import none.csv --name X', 1, 'cannot be read (ENOENT)'],
    ['deck import retail.csv --name X --side both', 2, '--side is "both"; use sell or buy'],
    ['deck import retail.csv --name X --unit hour', 2, '--unit is "hour"; use per-minute or per-second'],
    ['deck import retail.csv --name X --effective soon', 2, '--effective soon is not a moment'],
    ['deck import retail.csv --name X --draft --effective now', 2, '--draft takes no effect'],
    ['deck import retail.csv --name X --zone Mars/Olympus', 2, '--zone Mars/Olympus is no time zone'],
    ['deck import retail.csv --name X --header-line two', 2, '--header-line is "two"'],
    ['deck import retail.csv --name X --currency XYZ', 1, 'XYZ is not known'],
    ['deck import retail.csv --name X --map rate=cost', 2, 'there is no field "cost". There are: ignore, prefix'],
    ['deck import retail.csv --name X --map fee=price', 2, 'no column "fee". Its columns are: prefix, destination'],
    ['deck import retail.csv --name X --map price', 2, 'is not COLUMN=FIELD'],
    ['deck show', 2, 'tollbook deck show NAME'],
    ['deck show Wholesale', 1, 'There is no deck "Wholesale". There are: "Day", "Faulty", "Odd", "Retail".'],
    ['deck show Retail 2026', 2, 'quote a name with blanks'],
    ['deck show Retail --limit 0', 2, 'use 1 to 500'],
    ['deck activate Retail', 2, 'Which version?'],
    ['deck activate Retail one', 2, '"one" is no version'],
    ['deck rollback Retail 99', 1, 'has no version 99'],
  ])('%s → %i', async (words, code, said) => {
    const run = await tollbook(words)
    expect([run.code, run.out]).toEqual([code, ''])
    expect(run.err).toContain(said)
  })
})
