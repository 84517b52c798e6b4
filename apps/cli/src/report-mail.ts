// A report as a mail (RFC 5322): the same tables as text and as HTML. It is written, not sent: whoever runs a PBX has a mailer.

import MailComposer from 'nodemailer/lib/mail-composer'
import type { Column } from './text.ts'

/** A table with its heading, as terminal and mail show it. */
export type Part = {
  readonly title: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
}

export type ReportMail = {
  /** Addresses, with commas between them. */
  readonly to: string
  readonly from: string
  readonly dateMs: number
  readonly title: string
  readonly lead: string
  readonly parts: readonly Part[]
  readonly link: string
  readonly text: string
}

export async function mailOf(mail: ReportMail): Promise<string> {
  const { to, from, title, text } = mail
  const composer = new MailComposer({ to, from, subject: title, date: new Date(mail.dateMs), text, html: htmlOf(mail) })
  // Every line by CRLF, as SMTP wants them: the composer leaves those of the text as they came, and servers refuse a bare LF.
  return (await composer.compile().build()).toString().replaceAll(/\r?\n/g, '\r\n')
}

/** Mail programs know no style sheets of their own, so each cell has its style. */
function htmlOf({ title, lead, parts, link }: ReportMail): string {
  const tables = parts.map(
    (part) => `<h2 style="font-size:15px;margin:24px 0 6px">${escaped(part.title)}</h2>${tableOf(part)}`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body style="font:14px/1.4 sans-serif;color:#14201f"><h1 style="font-size:19px">${escaped(title)}</h1><p>${escaped(lead)}</p>
${tables.join('\n')}
<p><a href="${escaped(link)}">Tollbook</a></p></body></html>`
}

function tableOf({ columns, rows }: Part): string {
  const cell = (tag: 'th' | 'td', text: string, i: number) =>
    `<${tag} style="padding:3px 12px 3px 0;text-align:${columns[i]?.align ?? 'left'};border-bottom:1px solid #d5dcdb">${escaped(text)}</${tag}>`
  const line = (tag: 'th' | 'td', cells: readonly string[]) =>
    `<tr>${cells.map((text, i) => cell(tag, text, i)).join('')}</tr>`
  const head = line(
    'th',
    columns.map((column) => column.title),
  )
  return `<table style="border-collapse:collapse">${head}${rows.map((row) => line('td', row)).join('\n')}</table>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
