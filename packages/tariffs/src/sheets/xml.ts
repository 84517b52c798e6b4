// Just enough XML for the parts of a workbook: tags in order, their attributes, and the text after them. It goes
// through the text once, by searching for angle brackets: damaged XML gives other tags, never a hang.

/**
 * Calls `seen` with each tag: "row" opening, "/row" closing, "row/" empty; names without namespace. `text` is what
 * stands between this tag and the next. Stops when `seen` answers false.
 */
export function eachTag(xml: string, seen: (name: string, tag: string, text: string) => unknown): void {
  let open = xml.indexOf('<')
  while (open >= 0) {
    const close = xml.indexOf('>', open)
    if (close < 0) return
    const next = xml.indexOf('<', close)
    const tag = xml.slice(open + 1, close)
    if (seen(nameOf(tag), tag, xml.slice(close + 1, next < 0 ? xml.length : next)) === false) return
    open = next
  }
}

function nameOf(tag: string): string {
  let end = 1
  while (end < tag.length && !isBlank(tag.charCodeAt(end)) && tag[end] !== '/') end++
  const full = tag.slice(0, end)
  const closing = full.startsWith('/')
  const colon = full.indexOf(':')
  const local = colon >= 0 ? full.slice(colon + 1) : closing ? full.slice(1) : full
  if (closing) return `/${local}`
  return tag.endsWith('/') ? `${local}/` : local
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13)
}

/** The value of an attribute, with or without a namespace; '' when it is not there. */
export function attribute(tag: string, name: string): string {
  for (let at = tag.indexOf(`${name}=`); at > 0; at = tag.indexOf(`${name}=`, at + 1)) {
    const before = tag.charCodeAt(at - 1)
    const quote = tag[at + name.length + 1]
    if ((!isBlank(before) && before !== 58) || (quote !== '"' && quote !== "'")) continue
    const begin = at + name.length + 2
    const end = tag.indexOf(quote, begin)
    return end < 0 ? '' : tag.slice(begin, end)
  }
  return ''
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

export function unescapeXml(text: string): string {
  if (!text.includes('&') && !text.includes('_x')) return text
  return text
    .replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (all, hex, decimal, name) => {
      if (name !== undefined) return ENTITIES[name] ?? all
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : all
    })
    .replace(/_x([\dA-F]{4})_/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\0', '')
}
