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
        <th class="c-start" aria-sort="descending">
          {c.start} ↓
        </th>
        <th class="c-dir spare2">{c.dir}</th>
        <th class="c-from">{c.from}</th>
        <th class="c-to">{c.to}</th>
        <th class="c-outcome">{c.outcome}</th>
        <th class="n c-time roomy">
          {c.wait} <span class="u">{m.word.mss}</span>
        </th>
        <th class="n c-time">
          {c.talk} <span class="u">{m.word.mss}</span>
        </th>
        <th class="spare">{c.account}</th>
        <th class="c-trunk roomy">{c.trunk}</th>
        <th class="n c-legs roomy">{c.legs}</th>
        <th class="n c-charge">
          {c.charge} <span class="u">{symbol}</span>
        </th>
        <th class="n c-margin spare">
          {c.margin} <span class="u">{symbol}</span>
        </th>
      </tr>
    </thead>
  )
}
