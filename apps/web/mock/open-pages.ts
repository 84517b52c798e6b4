// A browser before the invented company, for tests: pages are built once, looked at in a chosen width, theme and language.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { launchChromium, noChromiumReason } from '@tollbook/testkit'
import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core'
import { buildPages } from './build-pages.ts'
import { startMock } from './server.ts'

/** A Tuesday morning; mock and browsers agree on it, so that every run sees the same figures. */
export const NOW = Date.parse('2026-11-24T09:12:00Z')

/** Why there is no browser here; undefined when there is one. */
export const noBrowser = noChromiumReason()

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const LOOKS = [
  { width: 1440, theme: 'light', language: 'en' },
  { width: 1440, theme: 'dark', language: 'zh-CN' },
  { width: 360, theme: 'light', language: 'zh-CN' },
] as const
export type Look = (typeof LOOKS)[number]

/** Pixels by which the page, a key figure, or a table outside a scroller is wider than its room. */
export function overflow(page: Page): Promise<number> {
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

/**
 * What axe finds serious or critical on a page. In the dark only contrast is looked at: all else is the same as in the light,
 * where every rule is asked.
 */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    const dark = matchMedia('(prefers-color-scheme: dark)').matches
    type Violation = { id: string; impact: string; nodes: { html: string }[] }
    const axe = (globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }).axe
    const rules = dark ? { runOnly: ['color-contrast'] } : {}
    return (await axe.run({ resultTypes: ['violations'], ...rules })).violations
      .filter((one) => one.impact === 'serious' || one.impact === 'critical')
      .map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 140)}`)
  })
}

export type Visit = { readonly page: Page; readonly faults: readonly string[]; close(): Promise<void> }

/** Builds the pages, starts the mock and a browser. With `clock: 'real'` time passes as it does, for measuring it, and answers are kept. */
export async function openPages({ clock = 'fixed' }: { clock?: 'fixed' | 'real' } = {}) {
  const pages = await buildPages()
  const mock = await startMock({ dist: pages.dir, nowMs: clock === 'fixed' ? NOW : Date.now(), keep: clock === 'real' })
  const browser = await launchChromium()

  /** A browser window with the look chosen before the first script. */
  async function windowWith(look: Look = LOOKS[0], signedIn = true): Promise<BrowserContext> {
    const context = await browser.newContext({
      viewport: { width: look.width, height: 800 },
      colorScheme: look.theme,
    })
    if (clock === 'fixed') await context.clock.setFixedTime(NOW)
    await context.addInitScript(({ theme, language }) => {
      localStorage.setItem('tollbook.theme', theme)
      localStorage.setItem('tollbook.language', language)
      localStorage.setItem('tollbook.language.chosen', 'yes')
    }, look)
    if (!signedIn) await context.addCookies([{ name: 'mock', value: 'out', url: mock.url }])
    return context
  }

  /**
   * Opens a page and waits until it is drawn; `faults` fills with whatever the browser complains about. In a window that is
   * given, one page goes from address to address: a new one each time would double the time of the suite.
   */
  async function visit(path: string, context?: BrowserContext): Promise<Visit> {
    const own = context ?? (await windowWith())
    const page = own.pages()[0] ?? (await own.newPage())
    const faults: string[] = []
    const onError = (error: Error) => void faults.push(String(error))
    const onConsole = (message: ConsoleMessage) => {
      // Refused requests are part of what is shown; everything else in the console is a fault of ours.
      if (message.type() === 'error' && !message.text().includes('Failed to load resource')) faults.push(message.text())
    }
    page.on('pageerror', onError)
    page.on('console', onConsole)
    await page.goto(mock.url + (await resolvePath(mock.url, path)))
    await page.waitForSelector('h1')
    await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    const leave = async () => {
      page.off('pageerror', onError)
      page.off('console', onConsole)
    }
    return { page, faults, close: () => (context ? leave() : own.close()) }
  }

  return {
    windowWith,
    visit,
    close: async () => {
      await browser.close()
      await mock.close()
      pages.remove()
    },
  }
}

/** "/calls/first" means the newest call there is, "/calls/transferred" the newest that was passed on. */
async function resolvePath(url: string, path: string): Promise<string> {
  if (path === '/calls/transferred') {
    const { items } = (await (await fetch(`${url}/api/v1/calls?direction=inbound&limit=200`)).json()) as {
      items: { key: string; path: string[] }[]
    }
    return `/calls/${items.find((one) => one.path.includes('transfer:blind'))?.key}`
  }
  const list = /^(\/(?:calls|invoices))\/first$/.exec(path)?.[1]
  if (!list) return path
  const { items } = (await (await fetch(`${url}/api/v1${list}`)).json()) as { items: { key?: string; id?: string }[] }
  return `${list}/${items[0]?.key ?? items[0]?.id}`
}
