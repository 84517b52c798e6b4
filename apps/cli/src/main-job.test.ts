// The main job from outside: the real command, the real server, a real browser. One started Tollbook goes through all of
// it in order: first start, the work of a month in the browser, a kill, a second start, and the end.

import { gunzipSync } from 'node:zlib'
import { launchChromium, noChromiumReason, recorded } from '@tollbook/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { bodiesOf } from './testing/mail-reader.ts'
import {
  databaseServersOf,
  isAnnounced,
  newPlace,
  processesOf,
  startUp,
  tollbook,
  type Up,
} from './testing/real-tollbook.ts'
import { lastMonth } from './testing/recorded-month.ts'
import {
  backgroundOf,
  colouredPixels,
  dropFile,
  type Page,
  sidewaysRoom,
  statusTexts,
  type WatchedPage,
  watchedPage,
} from './testing/watched-page.ts'

/** Far above what any step takes alone on the machine: the rest of the suite runs beside it. */
const STEP_MS = 120_000
const SOON = { timeout: 30_000 }
vi.setConfig({ testTimeout: STEP_MS, hookTimeout: STEP_MS })

const READY = /Ctrl-C stops everything/
const { month, from, to, redate } = lastMonth(Date.now())

// Each step stands on those before it: after a failure the rest would only wait for what cannot come.
let broken = false
beforeEach(({ skip, onTestFailed }) => {
  skip(broken, 'a step before it failed')
  onTestFailed(() => {
    broken = true
  })
})

/** What is asked of the answer of /stats here. */
type Asked = {
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
  readonly total: { readonly calls: number; readonly asr: number; readonly minutes: number; readonly revenue: string }
}

let place: Awaited<ReturnType<typeof newPlace>>
let up: Up
beforeAll(async () => {
  place = await newPlace()
})
afterAll(async () => {
  await up?.stop()
  for (const { pid } of processesOf(place)) process.kill(pid, 'SIGKILL')
  place.remove()
})

/** A fresh sign-in link, as `tollbook signin` prints it. */
async function signInLink(): Promise<string> {
  return (await json('signin')).url as string
}

/** Uses a link up; the session's cookie. */
async function signedIn(link?: string): Promise<string> {
  const answer = await fetch(link ?? (await signInLink()), { redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  const cookie = answer.headers.get('set-cookie')!
  expect(cookie).toMatch(/; HttpOnly/)
  return cookie.split(';')[0]!
}

/** A command with --json beside the running Tollbook: it succeeds, and its output is one object and nothing else. */
async function json(...words: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await tollbook(place, ...words, '--json')
  expect({ code, lines: out.split('\n').length, err }).toEqual({ code: 0, lines: 2, err: '' })
  return JSON.parse(out) as Record<string, unknown>
}

/** 3,000 calls of 5,338 rows. */
function recordedCalls(): Buffer {
  return redate(gunzipSync(recorded('bulk-22/Master.csv.gz')))
}

function callsOf(tenant: string) {
  return json('stats', '--from', from, '--to', to, '--metrics', 'calls,legs,revenue', '--tenant', tenant)
}

/** After the end: exit code 0, no process, no announcement. */
async function stopped(): Promise<void> {
  expect(await up.stop()).toBe(0)
  expect(processesOf(place)).toEqual([])
  expect(isAnnounced(place)).toBe(false)
}

describe('the first start', () => {
  it('answers, and lets somebody in by its link once', async () => {
    up = startUp(place)
    await up.until(READY)
    for (const path of ['/livez', '/readyz']) expect((await fetch(up.url + path)).status).toBe(200)
    expect((await fetch(`${up.url}/api/v1/session`)).status).toBe(401)

    const [, link] = await up.until(/Sign in +(http\S+)/)
    const cookie = await signedIn(link!)
    const session = await fetch(`${up.url}/api/v1/session`, { headers: { cookie } })
    expect(await session.json()).toMatchObject({ user: { isAdmin: true } })

    const second = await fetch(link!, { redirect: 'manual' })
    expect([second.status, second.headers.get('set-cookie')]).toEqual([410, null])
    expect(await second.text()).toContain('It has been used already. Each link works once.')
  })

  it('makes the sample', async () => {
    const [, legs] = await up.until(/The sample tenant is ready: (\d+) CDRs, \d+ calls, [1-9]\d* invoices/)
    expect(Number(legs)).toBeGreaterThan(45_000)
    expect(up.err()).not.toContain('could not')
    expect(databaseServersOf(place)).toHaveLength(1)
  })
})

const noBrowser = noChromiumReason()
if (noBrowser !== undefined) console.warn(`the main job in a browser is skipped: ${noBrowser}`)

describe.skipIf(noBrowser !== undefined)('in the browser', () => {
  let browser: Awaited<ReturnType<typeof launchChromium>>
  let watched: WatchedPage
  let page: Page
  /** Paths of the call and the sample invoice that were opened, for the narrow screen. */
  const opened = { call: '', invoice: '' }

  beforeAll(async () => {
    browser = await launchChromium()
    watched = await watchedPage(browser, up.url)
    page = watched.page
  })
  afterAll(() => browser?.close())

  const navigate = (name: string) => page.getByRole('link', { name, exact: true }).click()
  const figure = (label: string) => page.locator('.kpia', { hasText: label }).locator('.v').textContent()
  const rowsOf = (selector: string) => page.locator(`${selector} tbody tr`)
  /** Cells of the first row of a table, but for those of the narrow screen. */
  const cells = async (selector: string) => rowsOf(selector).first().locator('td:not(.narrow)').allTextContents()

  it('greets the empty tenant with what to do, and takes a file that is dropped', async () => {
    await page.goto(await signInLink())
    await page.getByRole('heading', { name: 'Bring in your calls' }).waitFor()
    for (const name of ['Drop a file', 'Connect an Asterisk', 'Import a rate deck'])
      await page.getByRole('heading', { name }).waitFor()
    const said = await statusTexts(page)
    await dropFile(page, '.file-import .drop', 'Master.csv', recordedCalls())

    // The overview takes over by itself, and its figures grow to the whole file.
    await expect.poll(() => figure('Calls'), SOON).toBe('3,000')
    const told = (await said()).join('\n')
    expect(told).toMatch(/Master\.csv uploading \d+%/)
    expect(told).toContain('Reading your file.')
    expect(await figure('Revenue')).toBe('no rate')
    await expect.poll(() => colouredPixels(page), SOON).toBeGreaterThan(100)
  })

  it('counts the rows of the file, and knows them when they come again', async () => {
    await navigate('Imports')
    await expect.poll(() => cells('table.t'), SOON).toEqual(expect.arrayContaining(['5,338', '3,000', 'done']))
    await dropFile(page, '.drop', 'again.csv', recordedCalls())
    await expect.poll(async () => (await cells('table.t')).slice(0, 2).join(), SOON).toMatch(/^again\.csv.*,done$/)
    const [, , rows, inserted, known] = await cells('table.t')
    expect([rows, inserted, known]).toEqual(['5,338', '0', '5,338'])
  })

  it('keeps a row that cannot be read until somebody decides', async () => {
    const good = redate(recorded('asterisk-22/scenarios/answered.master.csv')).toString()
    const bad = good.split('\n')[0]!.replace(/"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"/, '"not a date"')
    await dropFile(page, '.drop', 'bad.csv', Buffer.from(`${good}${bad}\n`))
    const row = rowsOf('table.rejects').first()
    await row.waitFor(SOON)
    expect(await row.textContent()).toMatch(/bad\.csv[\s\S]*line 4[\s\S]*"not a date" is not a date[\s\S]*"not a date"/)
    await row.getByRole('button', { name: 'Retry' }).click()
    await page.getByText('1 tried, 0 recovered.').waitFor()
    await row.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('No row is waiting').waitFor()
  })

  it('opens a call with its legs; it is not rated yet', async () => {
    await page.getByRole('searchbox', { name: 'Find calls' }).fill('+490830100842')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/calls\?.*q=/)
    // The recording dials the number twice; the later call came through a ring of its own and left three rows.
    await expect.poll(() => rowsOf('table.calls').count(), SOON).toBe(2)
    const later = rowsOf('table.calls').first()
    expect(await later.textContent()).toMatch(/ACCT-35.*no rate deck/)
    await later.getByRole('link').first().click()
    await page.getByRole('heading', { name: 'Legs' }).waitFor()
    opened.call = new URL(page.url()).pathname
    expect(await page.getByRole('cell', { name: 'ANSWERED', exact: true }).count()).toBe(3)
    expect(await page.getByText('Not rated yet.').count()).toBe(1)
  })

  it('imports a rate deck, and the call is charged and explains its charge', async () => {
    await navigate('Rates')
    await page.getByText('No rate deck yet').waitFor()
    await page.getByRole('link', { name: 'Import a rate sheet' }).click()
    await dropFile(page, '.drop', 'retail.csv', Buffer.from(RATES))
    await page.getByText('5 rows give 5 rates.').first().waitFor()
    await page.getByRole('button', { name: 'Make a draft' }).click()
    await page.getByRole('heading', { name: 'retail, draft of version 1' }).waitFor()
    // The first sell deck is offered as the default, and the first version takes in what waits for a rate.
    await page.getByRole('button', { name: 'Activate version 1' }).click()
    await page.getByText('Version 1 is in force: 5 rates.').waitFor()
    await page.goto(up.url + opened.call)
    await page.getByRole('heading', { name: /^Why €0\.07(00)?\?$/ }).waitFor()
    const receipt = await page.locator('table.why').first().textContent()
    // 2 s talked: 60 s begun at 0.02 a minute, and 0.05 for the connection.
    expect(receipt).toMatch(/read as \+49.*: 49 Germany.*retail, version 1€0\.02\/min.*Talked 2 s.*60 s × 0\.02 ÷ 60/)
    expect(receipt).toMatch(/Connection fee0\.05(00)?Charged to ACCT-35€0\.07(00)?$/)
    await navigate('Overview')
    await expect.poll(() => figure('Revenue'), SOON).toMatch(/^€[1-9]/)
  })

  it('runs the invoices of the month, and opens one with its PDF', async () => {
    await navigate('Invoices')
    await page.getByText('No invoices yet').waitFor()
    expect(await page.getByLabel('Month').inputValue()).toBe(month)
    await page.getByRole('button', { name: 'Run invoices' }).click()
    await page.getByText(/: [1-9]\d* made, 0 unchanged\./).waitFor()
    await rowsOf('table.t')
      .getByRole('link', { name: /-\d{4}$/ })
      .first()
      .click()
    await page.locator('.sheet').waitFor()
    const address = await page.getByRole('link', { name: 'PDF' }).getAttribute('href')
    const pdf = await page.context().request.get(up.url + address)
    const bytes = await pdf.body()
    expect([pdf.status(), pdf.headers()['content-type']]).toEqual([200, 'application/pdf'])
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
    expect(bytes.length).toBeGreaterThan(10_000)
  })

  it('shows the sample: bars, and an invoice whose line opens its calls', async () => {
    await page.getByRole('button', { name: /^Tenant: My company/ }).click()
    await page.getByRole('link', { name: /^Northpier/ }).click()
    await page.getByText('everything here is invented').waitFor()
    await expect.poll(() => colouredPixels(page), SOON).toBeGreaterThan(5_000)
    await navigate('Invoices')
    await rowsOf('table.t')
      .getByRole('link', { name: /-\d{4}$/ })
      .first()
      .click()
    const line = page
      .locator('.sheet table.t tbody tr')
      .filter({ has: page.locator('a.dotted') })
      .last()
    await line.waitFor()
    opened.invoice = new URL(page.url()).pathname
    const calls = Number((await line.locator('td').nth(1).textContent())?.replace(',', ''))
    await line.locator('a').click()
    await page.waitForURL(/invoice=.*line=/)
    await expect.poll(() => rowsOf('table.calls').count(), SOON).toBe(Math.min(calls, 50))
  })

  it('tells one figure: on the page, by the API, by the command, in the files and in a mail', async () => {
    const metrics = 'calls,answered,asr,acd,minutes,revenue,cost,margin'
    const query = `tenant=sample&from=${from}&to=${to}&by=direction&metrics=${metrics}`
    const get = (path: string) => page.context().request.get(`${up.url}/api/v1${path}`)
    const asked = (await (await get(`/stats?${query}`)).json()) as Asked
    const words = ['--from', from, '--to', to, '--by', 'direction', '--metrics', metrics, '--tenant', 'sample']
    expect(await json('stats', ...words)).toEqual(asked)
    expect(asked.total.calls).toBeGreaterThan(1000)

    const csv = (await (await get(`/stats/export?${query}&format=csv`)).text()).trim().split('\r\n')
    const inCsv = asked.rows.map((row) =>
      csv[0]!
        .split(',')
        .map((name) => `${row[name] ?? ''}`)
        .join(','),
    )
    expect(csv.slice(1)).toEqual(inCsv)
    const lines = (await (await get(`/stats/export?${query}&format=ndjson`)).text()).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(asked.rows)
    const { out: mail } = await tollbook(
      place,
      'report',
      ...words.slice(0, 4),
      '--tenant',
      'sample',
      '--mail-to',
      'a@example.com',
    )
    const cells = [...bodiesOf(mail).html!.matchAll(/<td[^>]*>([^<]*)</g)].map(([, cell]) => cell!)
    const mailed = (name: string) => cells[cells.indexOf(name) + 1]

    await page.goto(`${up.url}/?tenant=sample&range=${from}..${to}`)
    const { calls, asr, minutes, revenue } = asked.total
    const shown = (value: number, places = 0) =>
      new Intl.NumberFormat('en', { minimumFractionDigits: places, maximumFractionDigits: places }).format(value)
    await expect.poll(() => figure('Calls'), SOON).toBe(shown(calls))
    expect(await figure('ASR')).toContain(shown(asr, 1))
    expect(await figure('Minutes')).toContain(shown(minutes))
    expect(await figure('Revenue')).toContain(shown(Number(revenue), 2))
    expect([mailed('calls'), mailed('asr %')]).toEqual([shown(calls), shown(asr, 1)])
    expect([mailed('minutes'), mailed('revenue EUR')]).toEqual([minutes.toFixed(1), shown(Number(revenue), 2)])
  })

  it('speaks Chinese and goes dark', async () => {
    const labels = () => page.locator('nav a:not(.brand)').allTextContents()
    const english = (await labels()).map((label) => label.trim())
    expect(english).toContain('Overview')
    await page.getByRole('button', { name: 'Language: English' }).click()
    await page.getByRole('button', { name: '简体中文' }).click()
    await page.getByRole('button', { name: /^主题|^外观/ }).click()
    await page.getByRole('button', { name: '深色' }).click()
    const html = page.locator('html')
    const root = [await html.getAttribute('lang'), await html.getAttribute('data-theme')]
    expect(root).toEqual(['zh-CN', 'dark'])
    const chinese = (await labels()).map((label) => label.trim())
    expect(chinese).toHaveLength(english.length)
    expect(chinese.filter((label) => english.includes(label) || !/\p{Script=Han}/u.test(label))).toEqual([])
    expect(Math.max(...(await backgroundOf(page)))).toBeLessThan(64)
  })

  it('fits 360 pixels', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    const own = ['/', '/calls', opened.call, '/invoices', '/imports'].map((path) => `${path}?tenant=main`)
    const sample = ['/', '/calls', '/invoices', opened.invoice, '/imports'].map((path) => `${path}?tenant=sample`)
    for (const path of [...own, ...sample]) {
      await page.goto(up.url + path)
      await page.locator('main table').first().waitFor()
      expect([path, await sidewaysRoom(page)]).toEqual([path, 0])
    }
  })

  it('had nothing to complain of', () => {
    expect(watched.complaints).toEqual([])
  })
})

describe('a kill and a second start', () => {
  it('comes back with everything, on one server', async () => {
    const before = await callsOf('sample')
    expect(Number((before.total as { calls: number }).calls)).toBeGreaterThan(1000)
    const { body } = await fetch(`${up.url}/api/v1/events`, { headers: { cookie: await signedIn() } })
    const cutOff = body!.pipeTo(new WritableStream()).catch(() => undefined)
    await up.killHard()
    // At once, as somebody does who sees it fall over: an open page still listens to the api that was left behind.
    up = startUp(place)
    await up.until(READY)
    await cutOff
    expect(databaseServersOf(place)).toHaveLength(1)
    expect(await callsOf('sample')).toEqual(before)
    expect(databaseServersOf(place)).toHaveLength(1)
  })

  it('refuses a second one on its data, and says so when its port is taken', async () => {
    const other = await newPlace()
    try {
      const sameData = await tollbook({ ...place, port: other.port }, 'up')
      expect(sameData.code).toBe(1)
      expect(sameData.err).toMatch(
        /data is in use by "tollbook up" \(pid \d+\)\. Stop it first, or set TOLLBOOK_DATA_DIR/,
      )
      const samePort = await tollbook({ ...other, port: place.port }, 'up')
      expect(samePort.code).toBe(1)
      expect(samePort.err).toBe(
        `Port ${place.port} on 127.0.0.1 is taken by another program (or another Tollbook). Choose another with PORT=8081 npm start.\n`,
      )
      expect(processesOf(other)).toEqual([])
      expect((await fetch(`${up.url}/readyz`)).status).toBe(200)
    } finally {
      other.remove()
    }
  })

  it('lets the sample go for good', async () => {
    expect(await json('sample', 'delete')).toEqual({ deleted: true })
    await stopped()
    up = startUp(place)
    await up.until(READY)
    await noSample()
  })
})

describe('--no-sample', () => {
  it('makes none', async () => {
    place.remove()
    place = await newPlace()
    up = startUp(place, '--no-sample')
    await up.until(READY)
    await noSample()
  })
})

/** The tenant is not there while it runs, and it was not made either before it had ended. */
async function noSample(): Promise<void> {
  const { code, out } = await tollbook(place, 'stats', '--from', from, '--to', to, '--tenant', 'sample', '--json')
  expect([code, JSON.parse(out)]).toMatchObject([1, { error: { kind: 'no-tenant' } }])
  expect(await callsOf('main')).toHaveProperty('rows')
  await stopped()
  expect(up.err()).not.toMatch(/sample/i)
}

const RATES = `prefix,destination,rate,connect_fee,first_block,increment,effective_from
1,United States,0.0120,0,1,1,2020-01-01
33,France,0.0180,0,1,1,2020-01-01
44,United Kingdom,0.0150,0,1,1,2020-01-01
49,Germany,0.0200,0.05,60,60,2020-01-01
852,Hong Kong,0.0250,0,1,1,2020-01-01
`
