// Reads a mail back, as far as tests need it: headers with their words decoded (RFC 2047), and the two bodies.

export function headersOf(mail: string): Readonly<Record<string, string>> {
  const head = mail.split('\r\n\r\n')[0]!.replace(/\r\n[ \t]+/g, ' ')
  const lines = head.split('\r\n').map((line) => /^([^:]+): ?(.*)$/s.exec(line)!)
  return Object.fromEntries(lines.map(([, name, value]) => [name!.toLowerCase(), words(value!)]))
}

export function bodiesOf(mail: string): { readonly text: string | undefined; readonly html: string | undefined } {
  const boundary = /boundary="([^"]+)"/.exec(mail)![1]!
  const found = new Map<string, string>()
  for (const part of mail.split(`--${boundary}`).slice(1, -1)) {
    const at = part.indexOf('\r\n\r\n')
    const headers = headersOf(part.slice(2, at + 4))
    found.set(
      headers['content-type']!.split(';')[0]!,
      decoded(part.slice(at + 4), headers['content-transfer-encoding']),
    )
  }
  return { text: found.get('text/plain'), html: found.get('text/html') }
}

function words(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_, kind: string, text: string) => {
      if (kind.toLowerCase() === 'b') return Buffer.from(text, 'base64').toString()
      return quoted(text.replaceAll('_', ' '))
    })
}

function decoded(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString().replaceAll('\r\n', '\n')
  const text = encoding === 'quoted-printable' ? quoted(body.replace(/=\r\n/g, '')) : body
  return text.replaceAll('\r\n', '\n')
}

function quoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
