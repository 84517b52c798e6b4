// The pages of analysis in a real browser: every look, every state, and that a figure is a door to the calls it counts.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFaults, LOOKS, noBrowser, openPages, overflow } from '../mock/open-pages.ts'

if (noBrowser) console.log(`browser tests skipped: ${noBrowser}`)

const PATHS: Record<string, string> = {
  traffic: '/traffic',
  'traffic, shares of a month': '/traffic?range=30d&measure=asr&vs=week',
  'traffic by week': '/traffic?range=2026-10-01..2026-11-24&grain=week&measure=revenue&day=2026-11-17',
  destinations: '/destinations',
  'destinations by margin': '/destinations?range=30d&measure=margin',
  quality: '/quality',
  trunks: '/trunks',
  'one trunk of a month': '/trunks?range=30d&of=2&target=0.1',
  money: '/money',
  'money of one customer': '/money?range=30d&account=quayside',
}
const STATES: Record<string, string> = {
  'no traffic': '/traffic?account=nobody',
  'no destinations': '/destinations?account=nobody',
  'no quality': '/quality?account=nobody',
  'no trunks': '/trunks?range=2026-01-01..2026-01-02',
  'fault of trunks': '/trunks?tenant=broken',
  'all trunks': '/trunks?of=all',
  'no money': '/money?account=nobody',
  'nothing to compare with': '/destinations?vs=none',
  'fault of traffic': '/traffic?tenant=broken',
  'fault of destinations': '/destinations?tenant=broken',
  'fault of quality': '/quality?tenant=broken',
  'fault of money': '/money?tenant=broken',
}

describe.skipIf(noBrowser !== undefined)('analysis in a browser', () => {
  let open: Awaited<ReturnType<typeof openPages>>
  beforeAll(async () => {
    open = await openPages()
  })
  afterAll(() => open?.close())
  const visit: typeof open.visit = (path, context) => open.visit(path, context)

  for (const look of LOOKS) {
    test(`every page: ${look.width} px, ${look.theme}, ${look.language}`, { timeout: 180_000 }, async () => {
      const wrong: string[] = []
      const window = await open.windowWith(look)
      const states = look === LOOKS.at(-1) ? Object.entries(STATES) : []
      for (const [name, path] of [...Object.entries(PATHS), ...states]) {
        const { page, faults, close } = await visit(path, window)
        const over = await overflow(page)
        if (over > 0) wrong.push(`${name}: ${over} px too wide`)
        if ((await page.locator('h1.sr').count()) > 0) wrong.push(`${name}: the page threw`)
        wrong.push(...[...(await axeFaults(page)), ...faults].map((one) => `${name}: ${one}`))
        await close()
      }
      await window.close()
      expect(wrong).toEqual([])
    })
  }

  test('no width in between overflows', { timeout: 120_000 }, async () => {
    const wrong: string[] = []
    const window = await open.windowWith()
    for (const path of ['/traffic', '/destinations', '/quality', '/trunks', '/money']) {
      const { page, close } = await visit(path, window)
      for (const width of [1280, 1024, 902, 900, 640, 320]) {
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

  test('a figure tells its formula with its numbers on focus, and Esc closes it', async () => {
    const { page, close } = await visit('/quality')
    const row = page.locator('table.breakdown >> nth=3 >> tbody tr >> nth=1')
    const calls = await row.locator('td:nth-child(2)').textContent()
    await row.locator('td:nth-child(3) a').focus()
    const tip = page.locator('[role=tooltip]')
    expect(await tip.textContent()).toContain(`answered ÷ ${calls} calls`)
    expect(await tip.textContent()).toContain('Europe/Dublin')
    await page.keyboard.press('Escape')
    await page.waitForSelector('[role=tooltip]', { state: 'detached' })
    await close()
  })

  test('every figure tells its formula, and every table and chart is a file too', { timeout: 60_000 }, async () => {
    const window = await open.windowWith()
    const bare: string[] = []
    const paths = [
      '/',
      '/traffic?range=30d',
      '/destinations?range=30d',
      '/quality',
      '/trunks?range=30d',
      '/people?range=30d',
    ]
    for (const path of [...paths, '/money?range=30d', '/calls?group=trunk']) {
      const { page, close } = await visit(path, window)
      // What one call cost is told by its receipt, how many channels are rented by whoever set them.
      const found = await page.locator('main table.t td.n').evaluateAll((cells) =>
        cells
          .filter(
            (cell) =>
              /\d/.test(cell.textContent) && !cell.querySelector('.whyf, a[href^="/calls/"], a[href^="/rates"]'),
          )
          .filter(
            (cell) => cell.closest('table')?.querySelector('a[href^="/calls/"]') === null || cell.closest('.missed'),
          )
          .filter((cell) => !cell.matches('.trunkload tfoot td:nth-child(2)'))
          .map((cell) => `${cell.closest('.s')?.querySelector('h2')?.textContent}: ${cell.textContent}`),
      )
      const noFile = await page
        .locator('main section.s:has(table.t, canvas)')
        .evaluateAll((sections) =>
          sections
            .filter(
              (one) =>
                one.querySelector('[aria-label="Download CSV"]') === null ||
                (one.querySelector('canvas') !== null && one.querySelector('[aria-label="Download PNG"]') === null),
            )
            .map((one) => `${one.querySelector('h2')?.textContent}: no file`),
        )
      bare.push(...[...found, ...noFile].map((one) => `${path} ${one}`))
      await close()
    }
    await window.close()
    expect(bare).toEqual([])
  })

  test('an hour of the clock opens the calls of a trunk in it', async () => {
    const { page, close } = await visit('/trunks?range=30d&of=2')
    await page.locator('section:has(h2:text("By hour of the clock")) [aria-label="Show as table"]').click()
    await page.locator('.bucket-table tbody tr:nth-child(11) a').click()
    await page.waitForURL(/\/calls\?.*trunk=2.*hour_of_day=10|\/calls\?.*hour_of_day=10.*trunk=2/)
    await page.waitForSelector('table.calls tbody tr')
    await close()
  })

  test('a table closes: rows and others add up to the total', async () => {
    const { page, close } = await visit('/destinations')
    const numbers = async (rows: string) =>
      (await page.locator(`table.breakdown >> nth=0 >> ${rows} td:nth-child(2)`).allTextContents()).map((text) =>
        Number(text.replaceAll(',', '')),
      )
    const parts = await numbers('tbody tr')
    expect(parts.length).toBeGreaterThan(10)
    expect(parts.reduce((sum, one) => sum + one, 0)).toBe((await numbers('tfoot tr'))[0])
    const others = page.locator('table.breakdown >> nth=0 >> tr.rest a').first()
    const href = new URL((await others.getAttribute('href'))!, page.url())
    expect(href.searchParams.get('destination') ?? href.searchParams.get('country')).toMatch(/^!.+,/)
    await others.click()
    await page.waitForURL(/\/calls\?/)
    await page.waitForSelector('table.calls tbody tr')
    await close()
  })

  test('a country opens its calls with the filters of the view', async () => {
    const { page, close } = await visit('/destinations?range=30d&account=quayside')
    await page.locator('.world a[aria-label^="China"]').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/calls\?/)
    const query = new URL(page.url()).searchParams
    expect([query.get('country'), query.get('range'), query.get('account')]).toEqual(['156', '30d', 'quayside'])
    await page.waitForSelector('table.calls tbody tr')
    await close()
  })

  test('a trunk says how many channels it needs, and its figures open its calls', async () => {
    const { page, close } = await visit('/trunks?range=30d')
    expect(await page.locator('.say').textContent()).toMatch(/meridian was full for .* needs \d+ channels, it has 4/)
    const needed = async () => Number(await page.locator('table.trunkload tr.on td:last-child').textContent())
    const atOne = await needed()
    await page.getByRole('button', { name: '0.1%' }).click()
    await page.waitForURL(/target=0\.1/)
    await page.waitForFunction((was) => Number(document.querySelector('tr.on td:last-child')?.textContent) > was, atOne)
    await page.locator('table.trunkload tr.on td:nth-child(3) a').click()
    await page.waitForURL(/\/calls\?.*trunk=2/)
    await page.waitForSelector('table.calls tbody tr')
    await close()
  })

  test('an hour of the week opens all the calls it counts', async () => {
    const { page, close } = await visit('/traffic?range=30d&direction=outbound')
    const cell = page.locator('.heat tbody tr:nth-child(5) td:nth-of-type(11) a')
    const calls = Number(await cell.textContent())
    await cell.click()
    await page.waitForURL(/range=30d.*weekday=5.*hour_of_day=10/)
    expect(await page.locator('.chip').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/Weekday\s*Fri/),
        expect.stringMatching(/Hour of day\s*10:00–11:00/),
      ]),
    )
    await page.waitForSelector('table.calls tbody tr')
    await page.waitForSelector(`h1 ~ * >> text=${calls} calls`)
    await close()
  })

  test('the CSV of a chart holds what its table shows', async () => {
    const { page, close } = await visit('/money?range=30d')
    await page.locator('button[aria-pressed=false][aria-label="Show as table"]').first().click()
    const total = await page.locator('.bucket-table tfoot td:nth-child(3)').textContent()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('button[aria-label="Download CSV"]').first().click(),
    ])
    const [head, ...lines] = readFileSync(await download.path(), 'utf8')
      .replace('\ufeff', '')
      .trim()
      .split('\r\n')
    expect(head).toBe('from,margin,revenue,cost')
    expect(lines).toHaveLength(30)
    const cents = lines.reduce((sum, line) => sum + Math.round(Number(line.split(',')[2]) * 1e6), 0)
    expect((cents / 1e6).toFixed(2)).toBe(total?.replaceAll(',', ''))
    await close()
  })

  test('the overview tells what is usual, bar by bar, and one whole day against it', async () => {
    const { page, close } = await visit('/?range=2026-11-17..2026-11-18')
    expect(await page.locator('.say').textContent()).toMatch(/ on a usual Tuesday\./)
    await page.locator('button[aria-pressed=false][aria-label="Show as table"]').first().click()
    const cells = await page.locator('.bucket-table tbody tr').first().locator('td').allTextContents()
    const [low, high] = cells.slice(-2).map(Number)
    expect(low).toBeGreaterThanOrEqual(0)
    expect(high).toBeGreaterThanOrEqual(low ?? 0)
    await close()
    const early = await visit('/?range=2026-09-21..2026-09-22')
    expect(await early.page.locator('.say').textContent()).not.toContain('usual')
    expect(await early.page.locator('.legend .usual, .oc.usual').count()).toBe(0)
    await early.close()
  })

  test('each figure of the overview tells its formula, scope and zone', async () => {
    const { page, close } = await visit('/?account=quayside')
    const shares = page.locator('section:has(.stackbar) tbody tr >> nth=0 >> .whyf a')
    const [calls, share] = await shares.allTextContents()
    await shares.nth(1).focus()
    const tip = page.locator('.whytip')
    expect(await tip.textContent()).toContain(`100 × ${calls} ÷ `)
    expect(await tip.textContent()).toContain(`= ${share}%`)
    expect(await tip.textContent()).toMatch(/Answered · 1 filter · .*Europe\/Dublin/)
    for (const told of await page.locator('.kpi .tip').allTextContents())
      expect(told).toMatch(/all calls · 1 filter · .*Europe\/Dublin/)
    await close()
  })

  test('a full trunk is on the list of what needs a person and opens its load', async () => {
    const { page, close } = await visit('/')
    const full = page.locator('.todo a[href*="/trunks"]').first()
    expect(await full.textContent()).toMatch(/had every channel taken for/)
    await full.click()
    await page.waitForURL(/\/trunks\?.*of=\d/)
    await page.waitForSelector('.load-say')
    await close()
  })

  test('sorting by a heading says so and turns round', async () => {
    const { page, close } = await visit('/money')
    const head = page.locator('table.breakdown >> nth=1 >> th:has-text("Margin €")')
    await head.locator('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    await head.locator('button').click()
    expect(await head.getAttribute('aria-sort')).toBe('ascending')
    expect(await page.locator('table.breakdown >> nth=1 >> tbody tr >> nth=0').textContent()).toContain('Cuba')
    await close()
  })

  test('a measure and a day stand in the address', async () => {
    const { page, close } = await visit('/traffic')
    await page.click('.head .seg >> text=ASR')
    await page.waitForURL(/measure=asr/)
    await page.fill('.day-pick', '2026-11-19')
    await page.waitForURL(/day=2026-11-19/)
    await page.waitForSelector('h2 >> text=Thu 19 Nov against usual')
    await close()
  })
})
