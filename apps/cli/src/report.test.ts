// `tollbook report`: its figures are those of `tollbook stats`, on the terminal and in the mail; and a mail is one others can read.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transaction } from '@tollbook/db'
import { ensureTenant } from '@tollbook/directory'
import { fixedClock } from '@tollbook/kernel'
import { testDatabase } from '@tollbook/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandRunner } from './testing/command-runner.ts'
import { bodiesOf, headersOf } from './testing/mail-reader.ts'

const db = testDatabase()
const NOW = Date.UTC(2026, 10, 24, 6, 30)
const folder = mkdtempSync(join(tmpdir(), 'tollbook-report-'))
const { tollbook, json } = commandRunner({ db, clock: fixedClock(NOW), folder })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DECK =
  'prefix,destination,rate,connect_fee,first_block,increment\n44,"Kingdom <b>& Isles</b>, Överall",0.0140,0,60,60\n'

/** An answered call of two minutes. */
function cdr(at: string, n: number): string {
  const channels = ['Dial', 'PJSIP/1017-00000001', `PJSIP/northlink-0000000${n}`]
  const cells = ['1017', '1017', '00442079460018', 'internal', '', channels[1]!, channels[2]!, 'Dial', '']
  const times = [`${at}:00`, `${at}:10`, at.replace(/\d\d$/, (minute) => String(Number(minute) + 2).padStart(2, '0'))]
  const end = `${times[2]}:10`
  return `${[...cells, times[0], times[1], end].map((cell) => `"${cell}"`).join(',')},130,120,"ANSWERED","DOCUMENTATION","${Date.parse(`${at.replace(' ', 'T')}:00Z`) / 1000}.${n}",""\n`
}

beforeAll(async () => {
  writeFileSync(join(folder, 'deck.csv'), DECK)
  const days = ['2026-11-16 10:00', '2026-11-23 09:00', '2026-11-23 11:30', '2026-11-23 23:50', '2026-11-24 00:10']
  writeFileSync(join(folder, 'Master.csv'), days.map(cdr).join(''))
  const plan = { countryCode: '353', nationalPrefix: '0', internationalPrefixes: ['00'] }
  const tenant = { slug: 'main', name: 'Mäin & Söns', zone: 'Europe/Dublin', currency: 'EUR', plan } as const
  await transaction(db(), (tx) => ensureTenant(tx, tenant, NOW))
  expect((await tollbook('deck import deck.csv --name Retail --currency EUR')).code).toBe(0)
  expect((await json('import Master.csv --zone Europe/Dublin')).answer).toMatchObject({ calls: 5 })
})

describe('tollbook report', () => {
  it('tells of yesterday beside the same weekday before, as stats does', async () => {
    const { answer } = await json('report')
    const metrics = 'calls,answered,missed,asr,acd,minutes,unrated,revenue,cost,margin'
    const asked = `--from 2026-11-23 --to 2026-11-24 --compare weekday`
    expect(answer.whole).toEqual((await json(`stats ${asked} --metrics ${metrics}`)).answer)
    const parts = answer.parts as { by: string }[]
    expect(parts.map(({ by }) => by)).toEqual(['outcome', 'destination', 'account', 'trunk'])
    const destinations = await json(
      `stats ${asked} --by destination --limit 10 --metrics calls,asr,minutes,revenue,margin`,
    )
    expect(parts[1]).toEqual(destinations.answer)
    const { out } = await tollbook('report')
    expect(out).toMatch(/^Mäin & Söns: Monday, 23 November 2026\n/)
    expect(out).toMatch(/^calls +3 +1$/m)
    expect(out).toMatch(/^minutes +6\.0 +2\.0$/m)
  })

  it('is a mail with the same figures, as text and as HTML', async () => {
    const { whole } = (await json('report')).answer as { whole: { total: Record<string, string> } }
    const { out, code } = await tollbook(
      'report --mail-to ops@example.com,kato@example.org --mail-from pbx@example.com',
    )
    expect(code).toBe(0)
    expect(headersOf(out)).toMatchObject({
      to: 'ops@example.com, kato@example.org',
      from: 'pbx@example.com',
      subject: 'Mäin & Söns: Monday, 23 November 2026',
      date: 'Tue, 24 Nov 2026 06:30:00 +0000',
      'mime-version': '1.0',
    })
    expect(out).not.toMatch(/(?<!\r)\n|\r(?!\n)/)
    const { text, html } = bodiesOf(out)
    expect(text!.trimEnd()).toBe((await tollbook('report')).out.trimEnd())
    const cells = [...html!.matchAll(/<t[dh][^>]*>([^<]*)</g)].map(([, cell]) => cell!)
    const revenue = Number(whole.total.revenue).toFixed(2)
    expect(cells.slice(cells.indexOf('revenue EUR'))[1]).toBe(revenue)
    expect(Number(revenue)).toBeGreaterThan(0)
    expect(cells.slice(cells.indexOf('calls'))[1]).toBe(String(whole.total.calls))
    expect(html).toContain('Kingdom &lt;b&gt;&amp; Isles&lt;/b&gt;, Överall')
    expect(html).not.toContain('<b>')
    expect(text).toContain('/?tenant=main&range=2026-11-23..2026-11-24')
  })

  it('takes a span, filters and what it stands beside, and says what is asked wrongly', async () => {
    const { answer } = await json('report --from 2026-11-01 --to 2026-12-01 --outcome !answered')
    expect(answer.whole).toMatchObject({ total: { calls: 0, asr: null }, before: { from: '2026-09-30T23:00:00.000Z' } })
    expect((await tollbook('report --from 2026-11-01')).err).toContain('--from and --to go together')
    expect((await tollbook('report --mail-from a@b.c')).err).toContain('--mail-from is of a mail')
    expect((await tollbook('report --outcome nowhere')).code).toBe(2)
    expect((await tollbook(['report', '--mail-to', ' '])).err).toContain('--mail-to')
  })

  it('lets no address become a header', async () => {
    const { out } = await tollbook(['report', '--mail-to', 'ops@example.com\r\nBcc: all@example.com'])
    expect(headersOf(out).bcc).toBeUndefined()
  })
})
