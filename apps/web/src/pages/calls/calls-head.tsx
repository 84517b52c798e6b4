// The head of a list of calls; its columns are those of CallLine.

import { currencySymbol } from '../../format/money.ts'
import { messages } from '../../i18n/messages.ts'

export function CallsHead({ currency }: { currency: string }) {
  const symbol = currencySymbol(currency).trim()
  const m = messages()
  const c = m.calls
  return (
    <thead>
      <tr>
        <th class="tog">
          <span class="sr">{c.legs}</span>
        </th>
        <th aria-sort="descending">{c.start} ↓</th>
        <th class="spare2">{c.dir}</th>
        <th>{c.from}</th>
        <th>{c.to}</th>
        <th>{c.outcome}</th>
        <th class="n roomy">
          {c.wait} <span class="u">{m.word.mss}</span>
        </th>
        <th class="n">
          {c.talk} <span class="u">{m.word.mss}</span>
        </th>
        <th class="spare">{c.account}</th>
        <th class="roomy">{c.trunk}</th>
        <th class="n roomy">{c.legs}</th>
        <th class="n">
          {c.charge} <span class="u">{symbol}</span>
        </th>
        <th class="n spare">
          {c.margin} <span class="u">{symbol}</span>
        </th>
      </tr>
    </thead>
  )
}
