// Who pays: the list with what each owes.

import { listAccounts } from '../../api/routes.ts'
import { currencySymbol, sumMoney } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Dash, Money } from '../../parts/figures.tsx'
import { Await, Empty, PageHead } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { linkTo, useView } from '../../state/view.ts'

export function Accounts() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`accounts/${slug}`, (signal) => listAccounts(slug, signal), ['calls'])
  return (
    <>
      <PageHead title={m.nav.accounts} note={<span class="wide">{m.accounts.intro}</span>} />
      <Await of={loaded} what={m.accounts.reading} height={500}>
        {({ items, next }) => {
          if (items.length === 0) return <Empty icon="book-open" title={m.accounts.empty} hint={m.accounts.emptyHint} />
          const currencies = [...new Set(items.map((one) => one.currency))]
          return (
            <TableBox label={m.nav.accounts} keys>
              <table class="t">
                <thead>
                  <tr>
                    <th>{m.accounts.name}</th>
                    <th class="wide">{m.accounts.code}</th>
                    <th class="wide">{m.accounts.soldBy}</th>
                    <th class="wide">{m.accounts.email}</th>
                    <th class="n">{m.accounts.lastCall}</th>
                    <th class="n">
                      {m.accounts.balance}{' '}
                      {currencies.length === 1 && <span class="u">{currencySymbol(currencies[0] ?? '').trim()}</span>}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((one) => (
                    <tr>
                      <td>
                        <a href={linkTo(view, `/accounts/${one.id}`)} data-row>
                          {one.name || one.code}
                        </a>
                        <span class="sub narrow">{one.code}</span>
                      </td>
                      <td class="wide mono">{one.code}</td>
                      <td class="wide">
                        {one.plan || (one.deckId === 0 ? m.accounts.deckDefault(one.deck) : one.deck)}
                      </td>
                      <td class="wide">{one.email || <Dash />}</td>
                      <td class="n nw">{one.lastCallAt ? when('date', view.zone, one.lastCallAt) : <Dash />}</td>
                      <td class="n">
                        <Money
                          amount={one.balance}
                          {...(currencies.length === 1 ? {} : { symbol: currencySymbol(one.currency) })}
                        />
                      </td>
                    </tr>
                  ))}
                </tbody>
                {currencies.length === 1 && next === null && (
                  <tfoot>
                    <tr>
                      <td>
                        {m.accounts.total} <span class="u">{count(items.length)}</span>
                      </td>
                      <td class="wide" colSpan={3} />
                      <td />
                      <td class="n">
                        <Money amount={sumMoney(items.map((one) => one.balance))} />
                      </td>
                    </tr>
                  </tfoot>
                )}
              </table>
            </TableBox>
          )
        }}
      </Await>
    </>
  )
}
