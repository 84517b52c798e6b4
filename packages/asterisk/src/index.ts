// STAND-IN until the asterisk branch is merged: just enough CSV to develop against. Its own index replaces this file.

import { err, ok, type Result } from '@tollbook/kernel'

export type CdrRow = {
  readonly accountcode: string
  readonly src: string
  readonly dst: string
  readonly dcontext: string
  readonly clid: string
  readonly channel: string
  readonly dstchannel: string
  readonly lastapp: string
  readonly lastdata: string
  readonly start: string
  readonly answer: string
  readonly end: string
  readonly duration: number
  readonly billsec: number
  readonly disposition: string
  readonly amaflags: string
  readonly uniqueid: string
  readonly userfield: string
  readonly peeraccount: string
  readonly linkedid: string
  readonly sequence: number | undefined
  readonly line: number
  readonly raw: Buffer | undefined
}
export type CdrItem =
  | { readonly kind: 'row'; readonly row: CdrRow }
  | { readonly kind: 'reject'; readonly line: number; readonly reason: string; readonly raw: Buffer }
export type CdrFormat = { readonly name: string; readonly columns: readonly string[] }
export type NotCdr = { readonly kind: string; readonly reason: string }
export type CdrReader = { push(chunk: Buffer): CdrItem[]; end(): CdrItem[] }

const BASE =
  'accountcode src dst dcontext clid channel dstchannel lastapp lastdata start answer end duration billsec disposition amaflags'.split(
    ' ',
  )
const CUSTOM =
  'clid src dst dcontext channel dstchannel lastapp lastdata start answer end duration billsec disposition amaflags accountcode uniqueid userfield sequence'.split(
    ' ',
  )

export function sniffCdr(head: Buffer, _opts: { complete: boolean }): Result<CdrFormat, NotCdr> {
  const fields = split(head.toString('utf8'))
  const n = fields.length
  const isTime = (s: string | undefined) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(s ?? '')
  if (n === 19 && isTime(fields[8])) return ok({ name: 'cdr_custom', columns: CUSTOM })
  if (!isTime(fields[9])) return err({ kind: 'not-cdr', reason: 'this is not a CDR file' })
  if (n === 16) return ok({ name: 'cdr_csv-16', columns: BASE })
  if (n === 17) return ok({ name: 'cdr_csv-17-uniqueid', columns: [...BASE, 'uniqueid'] })
  if (n === 18) return ok({ name: 'cdr_csv-18', columns: [...BASE, 'uniqueid', 'userfield'] })
  if (n === 21)
    return ok({
      name: 'cdr_csv-21',
      columns: [...BASE, 'uniqueid', 'userfield', 'peeraccount', 'linkedid', 'sequence'],
    })
  return err({ kind: 'not-cdr', reason: 'this is not a CDR file' })
}

function split(text: string): string[] {
  const out: string[] = []
  let i = 0
  for (;;) {
    if (text[i] === '"') {
      let s = ''
      for (;;) {
        const j = text.indexOf('"', i + 1)
        if (j < 0) return out
        s += text.slice(i + 1, j)
        i = j
        if (text[i + 1] !== '"') break
        s += '"'
        i++
      }
      out.push(s)
      i++
    } else {
      let j = i
      while (j < text.length && text[j] !== ',' && text[j] !== '\n') j++
      out.push(text.slice(i, j))
      i = j
    }
    if (text[i] !== ',') return out
    i++
  }
}

export function cdrReader(format: CdrFormat): CdrReader {
  let rest = ''
  let line = 0
  const take = (text: string): CdrItem => {
    line++
    const f = split(text)
    const raw = Buffer.from(text)
    if (f.length !== format.columns.length) return { kind: 'reject', line, reason: 'wrong number of columns', raw }
    const r: Record<string, unknown> = { line, raw: undefined, sequence: undefined }
    for (const k of [...BASE, 'uniqueid', 'userfield', 'peeraccount', 'linkedid']) r[k] = ''
    format.columns.forEach((c, i) => {
      r[c] = c === 'duration' || c === 'billsec' || c === 'sequence' ? Number(f[i]) : f[i]
    })
    if (Number.isNaN(r.duration) || Number.isNaN(r.billsec))
      return { kind: 'reject', line, reason: 'duration is no number', raw }
    r.raw = raw
    return { kind: 'row', row: r as unknown as CdrRow }
  }
  const run = (text: string): CdrItem[] => {
    const items: CdrItem[] = []
    rest += text
    for (;;) {
      const nl = rest.indexOf('\n')
      if (nl < 0) return items
      const one = rest.slice(0, nl)
      rest = rest.slice(nl + 1)
      if (one !== '') items.push(take(one))
    }
  }
  return {
    push: (chunk) => run(chunk.toString('utf8')),
    end: () => (rest === '' ? [] : run('\n')),
  }
}
