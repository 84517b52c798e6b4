// A page in a real browser that writes down everything it should not do: messages on its console, errors, violations of
// the content-security policy, answers that are refusals, and requests to anybody but its own server.

import type { launchChromium } from '@tollbook/testkit'

type Browser = Awaited<ReturnType<typeof launchChromium>>
export type Page = Awaited<ReturnType<Browser['newPage']>>

export type WatchedPage = {
  readonly page: Page
  /** What was wrong so far, in order. */
  readonly complaints: readonly string[]
}

/** Opens a page of 1440 × 900 that prefers English and light. `origin` is the only server it may ask. */
export async function watchedPage(browser: Browser, origin: string): Promise<WatchedPage> {
  const viewport = { width: 1440, height: 900 }
  const context = await browser.newContext({ viewport, colorScheme: 'light', locale: 'en-IE', timezoneId: 'UTC' })
  const complaints: string[] = []
  context.on('console', (message) => {
    const type = message.type()
    if (type === 'error' || type === 'warning') complaints.push(`console ${type}: ${message.text()}`)
  })
  context.on('weberror', (error) => void complaints.push(`thrown: ${error.error().message}`))
  context.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url())
    if (/^https?:$/.test(protocol) && to !== origin) complaints.push(`asked elsewhere: ${request.url()}`)
  })
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`)
  })
  context.setDefaultTimeout(30_000)
  await context.addInitScript(TELL_VIOLATIONS)
  return { page: await context.newPage(), complaints }
}

/** Drags one file from outside over an element and drops it there, as the browser's own events tell a page. */
export async function dropFile(page: Page, onto: string, name: string, bytes: Uint8Array): Promise<void> {
  const file = { name, base64: Buffer.from(bytes).toString('base64') }
  await page.locator(onto).waitFor()
  await page.evaluate(`(${DROP})(document.querySelector(${JSON.stringify(onto)}), ${JSON.stringify(file)})`)
}

/** From now on notes every text of the page's status lines, also those that pass quickly; returns how to read them. */
export async function statusTexts(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(NOTE_STATUS)
  return () => page.evaluate<string[]>('[...said]')
}

/** How many pixels of the first canvas carry a colour: bars do, grid lines and figures are grey. */
export function colouredPixels(page: Page): Promise<number> {
  return page.evaluate<number>(`(${COUNT_COLOURED})(document.querySelector('canvas'))`)
}

/** How far the page can be scrolled sideways, CSS pixels. */
export function sidewaysRoom(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Red, green and blue of the page's ground, 0 to 255. */
export async function backgroundOf(page: Page): Promise<number[]> {
  const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
  return (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number)
}

// What runs inside the page is kept as text: the server's types know no document, and are not to learn of one.

const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI)
})`

const DROP = `(element, { name, base64 }) => {
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name))
  for (const type of ['dragenter', 'dragover', 'drop']) {
    element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }))
  }
}`

const NOTE_STATUS = `(() => {
  window.said = new Set()
  const note = () => document.querySelectorAll('[role=status]').forEach((one) => said.add(one.textContent))
  new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true })
})()`

const COUNT_COLOURED = `(canvas) => {
  if (!canvas) return 0
  const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height })
  const drawn = copy.getContext('2d', { willReadFrequently: true })
  drawn.drawImage(canvas, 0, 0)
  const { data } = drawn.getImageData(0, 0, copy.width, copy.height)
  let coloured = 0
  for (let i = 0; i < data.length; i += 4) {
    const rgb = [data[i], data[i + 1], data[i + 2]]
    if (data[i + 3] === 255 && Math.max(...rgb) - Math.min(...rgb) > 80) coloured++
  }
  return coloured
}`
