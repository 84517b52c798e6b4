// Extensions as people write them: "201-219, 230".

import { err, ok, type Result } from '@tollbook/kernel'

/** A department of more extensions than this is the house. */
const MOST = 1_000

export type BadExtensions = { readonly kind: 'bad-extensions'; readonly message: string }

/** Every extension once, in the order written. Ranges keep their leading zeros: 0201-0203 is 0201, 0202, 0203. */
export function parseExtensions(text: string): Result<readonly string[], BadExtensions> {
  const refused = (message: string) => err({ kind: 'bad-extensions' as const, message })
  const all = new Set<string>()
  for (const piece of text.split(/[,;\s]+/).filter((one) => one !== '')) {
    const range = /^(\d{1,10})[-–](\d{1,10})$/.exec(piece)
    if (range) {
      const [from, to] = [Number(range[1]), Number(range[2])]
      if (range[1]!.length !== range[2]!.length || from > to) return refused(`"${piece}" does not rise: write 201-219`)
      if (to - from >= MOST) return refused(`"${piece}" is more than ${MOST} extensions`)
      for (let n = from; n <= to; n++) all.add(String(n).padStart(range[1]!.length, '0'))
    } else if (/^[0-9A-Za-z_.*#+-]{1,40}$/.test(piece)) all.add(piece)
    else return refused(`"${piece}" is no extension`)
  }
  return all.size > MOST ? refused(`more than ${MOST} extensions`) : ok([...all])
}
