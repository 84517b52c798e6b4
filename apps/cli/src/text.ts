// Text for people: aligned columns, grouped numbers, short money, colours where there is a terminal. Knows no command.

import { divideRounding, MICROS_PER_UNIT, parseMoney } from '@tollbook/kernel'

export type Column = { readonly title: string; readonly align?: 'right' }

/** Rows under their titles, columns as wide as they need to be. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((c, i) => Math.max(widthOf(c.title), ...rows.map((r) => widthOf(r[i] ?? ''))))
  const line = (cells: readonly string[]) =>
    columns
      .map((c, i) => {
        const text = cells[i] ?? ''
        const blanks = ' '.repeat(widths[i]! - widthOf(text))
        return c.align === 'right' ? blanks + text : text + blanks
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map((c) => c.title)), ...rows.map(line)].join('\n')
}

/** Names with their values, one a line, values right-aligned when they are numbers. */
export function pairs(entries: readonly (readonly [string, string])[]): string {
  return table([{ title: '' }, { title: '', align: 'right' }], entries)
    .split('\n')
    .slice(1)
    .join('\n')
}

/** Cells a text takes in a terminal: Han, kana and Hangul take two. */
export function widthOf(text: string): number {
  let width = 0
  for (const char of text) width += WIDE.test(char) ? 2 : 1
  return width
}

const WIDE = /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/

/** 49989 → "49,989". */
export function grouped(n: number): string {
  return n.toLocaleString('en-US')
}

/** 1 → "1 rate", 49989 → "49,989 rates". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`
}

/** A decimal amount to the cent, grouped: "1234.567000" → "1,234.57". Programs get the exact one from --json. */
export function shortMoney(amount: string): string {
  const cents = divideRounding(parseMoney(amount), MICROS_PER_UNIT / 100n, 'half-up')
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${cents < 0n ? '-' : ''}${whole}.${digits.slice(-2)}`
}

export type Colours = Record<'red' | 'green' | 'yellow' | 'dim' | 'bold', (text: string) => string>

/** Colours that are none when `on` is false. */
export function colours(on: boolean): Colours {
  const paint = (code: number) => (text: string) => (on ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { red: paint(31), green: paint(32), yellow: paint(33), dim: paint(2), bold: paint(1) }
}
