// A real browser for tests, when the machine has one: Chromium by path, headless, silent towards the network.

import { existsSync } from 'node:fs'
import type { Browser } from 'playwright-core'

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** CHROMIUM_PATH, else where Debian puts it; undefined when there is none, and browser tests then skip. */
export function chromiumPath(): string | undefined {
  const wanted = process.env.CHROMIUM_PATH || '/usr/bin/chromium'
  return existsSync(wanted) ? wanted : undefined
}

/** Why browser tests are skipped here, to be printed; undefined when they are not. */
export function noChromiumReason(): string | undefined {
  return chromiumPath() === undefined
    ? 'no Chromium at /usr/bin/chromium; set CHROMIUM_PATH to run browser tests'
    : undefined
}

/** Starts it; the caller closes it. Throws when there is none: ask `noChromiumReason` first. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(noChromiumReason())
  // Loaded here and not above: it is heavy, and most tests want no browser.
  const { chromium } = await import('playwright-core')
  return chromium.launch({ executablePath, args: ARGS })
}
