// The pages in a real browser against invented data: nothing overflows, nothing serious for axe, no fault in the
// console under the strict policy, and the ways through them work by keyboard and mouse.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFaults, LOOKS, noBrowser, openPages, overflow } from '../mock/open-pages.ts'

if (noBrowser) console.log(`browser tests skipped: ${noBrowser}`)

const PATHS: Record<string, string> = {
  overview: '/',
  sample: '/?tenant=sample',
  welcome: '/?tenant=new',
  calls: '/calls',
  'no calls': '/calls?q=nobody',
  call: '/calls/first',
  'transferred call': '/calls/transferred',
  live: '/live',
  connect: '/live?edit=new',
  rates: '/rates',
  deck: '/rates/1',
  'import a sheet': '/rates/import?deck=1',
  draft: '/rates/1/versions/16',
  plans: '/plans',
  plan: '/plans/1',
  'plan with markup': '/plans/2',
  simulator: '/simulator',
  simulated: '/simulator?number=00447700900461&account=quayside&talk=6:03&at=2026-11-23T17:24:14',
  'no charge': '/simulator?number=0088216555',
  rerate: '/rerate',
  'rerate preview': '/rerate/019d3f2a-0000-7a11-8b22-300000000002',
  coverage: '/coverage',
  accounts: '/accounts',
  account: '/accounts/3',
  invoices: '/invoices',
  invoice: '/invoices/first',
  imports: '/imports',
  sources: '/sources',
  health: '/health',
  'health of a month': '/health?hours=720',
  settings: '/settings',
  rules: '/settings/rules',
  'only looking': '/settings?tenant=looker',
  fault: '/?tenant=broken',
  'not found': '/nowhere',
}

/** What a page shows when there is nothing, or something is wrong: once, where it is narrowest. */
const STATES: Record<string, string> = {
  'rules of one source': '/settings/rules?source=pbx-dub1',
  'rules, only looking': '/settings/rules?tenant=looker',
  'fault of rules': '/settings/rules?tenant=broken',
  'no sources': '/sources?tenant=new',
  'follow a file': '/sources?source=pbx-dub1&feed=file',
  'follow a table': '/sources?source=pbx-cork&feed=table',
  'a feed': '/sources?source=archive&feed=3',
  'fault of sources': '/sources?tenant=broken',
  'no health yet': '/health?tenant=new',
  'health, only looking': '/health?tenant=looker',
  'fault of health': '/health?tenant=broken',
  'no decks': '/rates?tenant=new',
  'older version': '/rates/1?version=12&q=353',
  'no such deck': '/rates/77',
  'draft, one kind': '/rates/1/versions/16?kind=raised',
  'new plan': '/plans/new',
  'no rerates': '/rerate?tenant=new',
  'rerate counting': '/rerate/019d3f2a-0000-7a11-8b22-300000000003',
  'rerate failed': '/rerate/019d3f2a-0000-7a11-8b22-300000000005',
  'all covered': '/coverage?tenant=new',
  'fault of rates': '/rates?tenant=broken',
  'fault of a draft': '/rates/1/versions/16?tenant=broken',
  'fault of the simulator': '/simulator?tenant=broken&number=00447700900461',
}

/** Pages with colours of their own; the others are made of the same parts. */
const DARK = new Set([
  ...[
    'overview',
    'welcome',
    'calls',
    'transferred call',
    'live',
    'deck',
    'draft',
    'plan',
    'simulated',
    'rerate preview',
  ],
  ...['coverage', 'account', 'invoice', 'imports', 'sources', 'health', 'settings', 'rules', 'fault'],
])

/** Looked at in every width, not only in the usual ones. */
const NARROWED = [
  '/',
  '/calls',
  '/calls/transferred',
  '/live?edit=new',
  '/imports',
  '/health',
  '/sources?source=pbx-cork&feed=table',
  '/invoices',
  '/invoices/first',
  '/rates',
  '/rates/1',
  '/rates/1/versions/16',
  '/plans/1',
  '/plans/2',
  '/simulator?number=00447700900461',
  '/rerate',
  '/coverage',
]

describe.skipIf(noBrowser !== undefined)('in a browser', () => {
  let open: Awaited<ReturnType<typeof openPages>>
  beforeAll(async () => {
    open = await openPages()
  })
  afterAll(() => open?.close())
  const visit: typeof open.visit = (path, context) => open.visit(path, context)
  const windowWith: typeof open.windowWith = (look, signedIn) => open.windowWith(look, signedIn)

  for (const look of LOOKS) {
    test(`every page: ${look.width} px, ${look.theme}, ${look.language}`, { timeout: 240_000 }, async () => {
      const wrong: string[] = []
      const inside = await windowWith(look)
      const outside = await windowWith(look, false)
      const states = look === LOOKS.at(-1) ? Object.entries(STATES) : []
      const paths = Object.entries(PATHS).filter(([name]) => look.theme === 'light' || DARK.has(name))
      for (const [name, path] of [...paths, ...states, ['sign in', ''] as const]) {
        const { page, faults, close } = await visit(path || '/', path === '' ? outside : inside)
        const over = await overflow(page)
        if (over > 0) wrong.push(`${name}: ${over} px too wide`)
        wrong.push(...[...(await axeFaults(page)), ...faults].map((one) => `${name}: ${one}`))
        await close()
      }
      await inside.close()
      await outside.close()
      expect(wrong).toEqual([])
    })
  }

  test('no width in between overflows', { timeout: 120_000 }, async () => {
    const wrong: string[] = []
    const window = await windowWith()
    for (const path of NARROWED) {
      const { page, close } = await visit(path, window)
      for (const width of [1280, 1161, 1024, 981, 902, 900, 640, 320]) {
        await page.setViewportSize({ width, height: 800 })
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
        const over = await overflow(page)
        if (over > 0) wrong.push(`${path} at ${width} px: ${over} px too wide`)
      }
      await page.setViewportSize({ width: 1440, height: 800 })
      await close()
    }
    await window.close()
    expect(wrong).toEqual([])
  })

  test('signing in: a wrong password is said, the right one opens the overview', async () => {
    const { page, close } = await visit('/', await windowWith(LOOKS[0], false))
    await page.fill('input[type=email]', 'niamh@northpier.example')
    await page.fill('input[type=password]', 'wrong-password')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=alert]')
    await page.fill('input[type=password]', 'right-password')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.kpis')
    await close()
  })

  test('a bar of the chart opens its calls, and they are as many as it said', async () => {
    const { page, close } = await visit('/')
    await page.click('button[aria-pressed=false] >> text=Day')
    await page.waitForFunction(() => document.querySelector('.stale') === null)
    const box = await page.locator('.cv canvas').boundingBox()
    if (!box) throw new Error('there is no chart')
    await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.8)
    await page.waitForURL(/\/calls\?.*range=\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d/)
    await page.waitForSelector('table.calls tbody tr')
    await close()
  })

  test('figures and rows carry the filters of the view to the calls', async () => {
    const { page, close } = await visit('/?range=30d&account=quayside')
    await page.click('.kpi:nth-child(3) a')
    await page.waitForURL(/\/calls\?/)
    const query = new URL(page.url()).searchParams
    expect([query.get('range'), query.get('account'), query.get('outcome')]).toEqual(['30d', 'quayside', 'no-answer'])
    await page.waitForSelector('.chip >> text=Quayside Motors')
    await close()
  })

  test('by keyboard: / searches, arrows walk the rows, Enter opens, Space unfolds', async () => {
    const { page, close } = await visit('/calls?direction=inbound&outcome=answered')
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search')
    await page.locator('table.calls [data-row]:visible').first().focus()
    await page.keyboard.press('ArrowDown')
    const second = await page.evaluate(() => (document.activeElement as HTMLAnchorElement).href)
    expect(second).toBe(
      await page
        .locator('table.calls tbody:nth-of-type(2) [data-row]')
        .first()
        .evaluate((a) => (a as HTMLAnchorElement).href),
    )
    await page.locator('tr:has(.tog button) [data-row]:visible').first().focus()
    await page.keyboard.press(' ')
    await page.waitForSelector('tr.leg td.mono')
    // Legs stand below the start of their call, with room for all they tell.
    const left = (of: string) =>
      page
        .locator(of)
        .first()
        .evaluate((one) => one.getBoundingClientRect().left)
    expect(await left('tr.leg td.mono')).toBeLessThan(await left('table.calls td.c-start:visible'))
    await page.keyboard.press('Enter')
    await page.waitForSelector('.tl')
    await close()
  })

  test('a file dropped on an empty tenant ends in figures, without a reload', async () => {
    const { page, close } = await visit('/?tenant=starter')
    const files = await page.evaluateHandle(() => {
      const data = new DataTransfer()
      data.items.add(new File(['"acme","201"'], 'Master.csv', { type: 'text/csv' }))
      return data
    })
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: files })
    await page.waitForSelector('.kpis', { timeout: 5000 })
    await close()
  })

  test('a refused file says so and leaves the rest alone', async () => {
    const { page, close } = await visit('/imports')
    await page.setInputFiles('input[type=file]', {
      name: 'not-cdr.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('a\n'),
    })
    await page.waitForSelector('[role=alert] >> text=not-cdr.csv was not imported')
    await close()
  })

  test('data health: another time is in the address, looking now says so', async () => {
    const { page, close } = await visit('/health')
    await page.click('.seg >> text=7 days')
    await page.waitForURL(/hours=168/)
    await page.waitForSelector('text=a cell is 2 h')
    await page.click('text=Check now')
    await page.waitForSelector('[role=status] >> text=Looked at just now.')
    expect(await page.locator('.nav .badge').first().textContent()).toContain('3 things need somebody')
    await close()
  })

  test('an event of a call shows its raw record, by keyboard too', async () => {
    const { page, close } = await visit('/calls/transferred')
    await page.locator('.ev[tabindex="0"]').focus()
    const first = await page.locator('.ev-raw').textContent()
    await page.keyboard.press('ArrowRight')
    await page.waitForFunction((old) => document.querySelector('.ev-raw')?.textContent !== old, first)
    expect(await page.locator('.ev[tabindex="0"]').count()).toBe(1)
    await close()
  })

  test('a file is tried before it is followed', async () => {
    const { page, close } = await visit('/sources?source=pbx-dub1&feed=file')
    await page.fill('.feed-form input >> nth=0', '/var/log/asterisk/nothing.csv')
    await page.click('.feed-form >> text=Check')
    await page.waitForSelector('.found.bad >> text=It cannot be read')
    await page.fill('.feed-form input >> nth=0', '/var/log/asterisk/cdr-csv/Master.csv')
    await page.click('.feed-form >> text=Check')
    await page.waitForSelector('.found.ok >> text=It can be read: cdr_csv-21')
    await close()
  })

  test('a zone is set only after what it moves was said', async () => {
    const { page, close } = await visit('/sources')
    const sent: string[] = []
    page.on('request', (request) => request.method() === 'PUT' && sent.push(request.postData() ?? ''))
    await page.click('.zone-line >> nth=0 >> text=Change…')
    await page.selectOption('.zone-line select', 'UTC')
    await page.click('.zone-line .form >> text=Set the zone')
    await page.waitForSelector('[role=alertdialog] >> text=charged anew')
    expect(sent).toEqual([])
    await page.click('[role=alertdialog] .btn.go')
    await page.waitForSelector('.zone-line .form', { state: 'detached' })
    expect(sent).toEqual(['{"zone":"UTC"}'])
    await close()
  })

  test('a token to push with is shown when it is made', async () => {
    const { page, close } = await visit('/sources')
    await page.fill('.push-form input', 'billing')
    await page.click('.push-form >> text=Make a token')
    await page.waitForSelector('.note.ok >> text=tbp_k3v9x2m7q4')
    await close()
  })

  test('calls can be filtered by how they ended', async () => {
    const { page, close } = await visit('/calls?range=30d&ending=voicemail')
    await page.waitForSelector('.chip >> text=Voicemail')
    const endings = await page.locator('table.calls tbody tr td .oc:visible').allTextContents()
    expect([...new Set(endings)]).toEqual(['Voicemail'])
    await close()
  })

  test('language and theme change at once and stay', async () => {
    const { page, close } = await visit('/')
    await page.click('.rail .prefs button >> nth=0')
    await page.click('text=简体中文')
    await page.waitForSelector('h1 >> text=Niamh')
    await page.waitForSelector('nav >> text=概览')
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
    await page.click('.rail .prefs > .pops:nth-child(2) button')
    await page.click('text=深色')
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
    await close()
  })
})
