// Rows of a sheet that could not be read: line, what is wrong, and the row as it stands.

import type { SheetProblemRow } from '@tollbook/api/wire-tariffs'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { TableBox } from '../../parts/table.tsx'

/** As many as one reads; the rest is counted. */
const SHOWN = 50

export function ProblemRows({ problems, total }: { problems: readonly SheetProblemRow[]; total: number }) {
  const m = messages()
  const shown = problems.slice(0, SHOWN)
  const rest = total - shown.length
  return (
    <TableBox label={m.sheet.problems(total)}>
      <table class="t problems">
        <thead>
          <tr>
            <th class="n">{m.sheet.line}</th>
            <th>{m.sheet.problem}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((one) => (
            <tr>
              <td class="n">{count(one.line)}</td>
              <td class="any">
                {one.message}
                <span class="sub mono">{one.raw}</span>
              </td>
            </tr>
          ))}
          {rest > 0 && (
            <tr class="rest">
              <td />
              <td>{m.sheet.others(rest)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </TableBox>
  )
}
