// The pages in a real browser against invented data: nothing overflows, nothing serious for axe, no fault in the
// console under the strict policy, and the ways through them work by keyboard and mouse.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { launchChromium, noChromiumReason } from '@tollbook/testkit'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPages } from '../mock/build-pages.ts'
import { startMock } from '../mock/server.ts'

/** A Tuesday morning; mock and browsers agree on it, so that every run sees the same figures. */
const NOW = Date.parse('2026-11-24T09:12:00Z')

const reason = noChromiumReason()
if (reason) console.log(`browser tests skipped: ${reason}`)

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const PATHS: Record<string, string> = {
  overview: '/',
  sample: '/?tenant=sample',
  welcome: '/?tenant=new',
  calls: '/calls',
  'no calls': '/calls?q=nobody',
  call: '/calls/first',
  live: '/live',
  connect: '/live?edit=new',
  rates: '/rates',
  accounts: '/accounts',
  account: '/accounts/3',
  invoices: '/invoices',
  invoice: '/invoices/first',
  imports: '/imports',
  settings: '/settings',
  'only looking': '/settings?tenant=looker',
  fault: '/?tenant=broken',
  'not found': '/nowhere',
}

const LOOKS = [
  { width: 1440, theme: 'light', language: 'en' },
  { width: 1440, theme: 'dark', language: 'zh-CN' },
  { width: 360, theme: 'light', language: 'zh-CN' },
] as const
type Look = (typeof LOOKS)[number]

/** Pixels by which the page, a key figure, or a table outside a scroller is wider than its room. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const wide = [document.documentElement.scrollWidth - innerWidth]
    for (const table of document.querySelectorAll<HTMLElement>('main table')) {
      const room = table.parentElement
      if (room && !room.closest('.tw')) wide.push(table.offsetWidth - room.clientWidth)
    }
    for (const figure of document.querySelectorAll<HTMLElement>('.kpi :is(.v, .d, .sp)')) {
      const room = figure.closest('.kpis')?.getBoundingClientRect()
      if (room) wide.push(Math.floor(figure.getBoundingClientRect().right - room.right))
      if (figure instanceof HTMLElement) wide.push(figure.scrollWidth - figure.offsetWidth)
    }
    return Math.max(...wide)
  })
}

describe.skipIf(reason !== undefined)('in a browser', () => {
  let browser: Awaited<ReturnType<typeof launchChromium>>
  let pages: Awaited<ReturnType<typeof buildPages>>
  let mock: Awaited<ReturnType<typeof startMock>>

  beforeAll(async () => {
    pages = await buildPages()
    mock = await startMock({ dist: pages.dir, nowMs: NOW })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await mock?.close()
    pages?.remove()
  })

  /** A browser window with the look chosen before the first script. */
  async function windowWith(look: Look = LOOKS[0], signedIn = true) {
    const context = await browser.newContext({
      viewport: { width: look.width, height: 800 },
      colorScheme: look.theme,
    })
    await context.clock.setFixedTime(NOW)
    await context.addInitScript(({ theme, language }) => {
      localStorage.setItem('tollbook.theme', theme)
      localStorage.setItem('tollbook.language', language)
      localStorage.setItem('tollbook.language.chosen', 'yes')
    }, look)
    if (!signedIn) await context.addCookies([{ name: 'mock', value: 'out', url: mock.url }])
    return context
  }

  /** Opens a page and waits until it is drawn; `faults` fills with whatever the browser complains about. */
  async function visit(path: string, context?: Awaited<ReturnType<typeof windowWith>>) {
    const own = context ?? (await windowWith())
    const page = await own.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => {
      // Refused requests are part of what is shown; everything else in the console is a fault of ours.
      if (message.type() === 'error' && !message.text().includes('Failed to load resource')) faults.push(message.text())
    })
    await page.goto(mock.url + (await resolvePath(path)))
    await page.waitForSelector('h1')
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    return { page, faults, close: () => (context ? page.close() : own.close()) }
  }

  /** "/calls/first" means the newest call there is. */
  async function resolvePath(path: string): Promise<string> {
    const list = /^(\/(?:calls|invoices))\/first$/.exec(path)?.[1]
    if (!list) return path
    const { items } = (await (await fetch(`${mock.url}/api/v1${list}`)).json()) as {
      items: { key?: string; id?: string }[]
    }
    return `${list}/${items[0]?.key ?? items[0]?.id}`
  }

  for (const look of LOOKS) {
    test(`every page: ${look.width} px, ${look.theme}, ${look.language}`, { timeout: 120_000 }, async () => {
      const wrong: string[] = []
      const inside = await windowWith(look)
      const outside = await windowWith(look, false)
      for (const [name, path] of [...Object.entries(PATHS), ['sign in', ''] as const]) {
        const { page, faults, close } = await visit(path || '/', path === '' ? outside : inside)
        const over = await overflow(page)
        if (over > 0) wrong.push(`${name}: ${over} px too wide`)
        await page.evaluate(AXE)
        const found = await page.evaluate(async () => {
          const axe = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } })
            .axe
          type Violation = { id: string; impact: string; nodes: { html: string }[] }
          return (await axe.run({ resultTypes: ['violations'] })).violations
            .filter((one) => one.impact === 'serious' || one.impact === 'critical')
            .map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 140)}`)
        })
        wrong.push(...[...found, ...faults].map((one) => `${name}: ${one}`))
        await close()
      }
      await inside.close()
      await outside.close()
      expect(wrong).toEqual([])
    })
  }

  test('no width in between overflows', { timeout: 60_000 }, async () => {
    const wrong: string[] = []
    for (const path of ['/', '/calls', '/calls/first', '/live?edit=new', '/imports', '/invoices', '/invoices/first']) {
      const { page, close } = await visit(path)
      for (const width of [1280, 1161, 1024, 981, 902, 900, 640, 320]) {
        await page.setViewportSize({ width, height: 800 })
        await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
        const over = await overflow(page)
        if (over > 0) wrong.push(`${path} at ${width} px: ${over} px too wide`)
      }
      await close()
    }
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
        .locator('table.calls tbody tr:nth-child(2) [data-row]')
        .first()
        .evaluate((a) => (a as HTMLAnchorElement).href),
    )
    await page.locator('tr:has(.tog button) [data-row]:visible').first().focus()
    await page.keyboard.press(' ')
    await page.waitForSelector('tr.leg td.mono')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.tl')
    await close()
  })

  test('older and newer lead there and back', async () => {
    const { page, close } = await visit('/calls')
    const first = await page.locator('table.calls [data-row]').first().getAttribute('href')
    await page.click('a[rel=next]')
    await page.waitForURL(/cursor=/)
    await page.waitForFunction(
      (old) => document.querySelector('table.calls [data-row]')?.getAttribute('href') !== old,
      first,
    )
    await page.click('a[rel=prev]')
    await page.waitForFunction(
      (old) => document.querySelector('table.calls [data-row]')?.getAttribute('href') === old,
      first,
    )
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
