// Calls that stand on an invoice and would cost something else today: a credit is proposed, a person decides.

import type { CreditProposal } from '@tollbook/api/wire-tariffs'
import { dismissProposal, listProposals } from '../../api/tariff-routes.ts'
import { currencySymbol } from '../../format/money.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Money } from '../../parts/figures.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Await, Fault, Section } from '../../parts/frame.tsx'
import { Pager, TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, type View } from '../../state/view.ts'

export function Proposals({ view }: { view: View }) {
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`proposals/${slug}/${view.cursor}`, (signal) =>
    listProposals(slug, { cursor: view.cursor }, signal),
  )
  return (
    <Section title={m.rerate.proposals} hint={m.rerate.proposalsHint}>
      <Await of={loaded} what={m.rerate.readingProposals} height={120}>
        {(page) =>
          page.items.length === 0 ? (
            <p class="muted">{m.rerate.noProposals}.</p>
          ) : (
            <>
              <Table view={view} proposals={page.items} onChanged={loaded.again} />
              {(view.cursor || page.next) && (
                <Pager
                  newer={view.cursor ? linkHere(view, { cursor: null }) : null}
                  newerWord={m.word.first}
                  older={page.next ? linkHere(view, { cursor: page.next }) : null}
                  olderWord={m.word.next}
                />
              )}
            </>
          )
        }
      </Await>
    </Section>
  )
}

function Table(props: { view: View; proposals: readonly CreditProposal[]; onChanged: () => void }) {
  const { view, proposals } = props
  const m = messages()
  const deed = useDeed()
  const dismiss = async (one: CreditProposal) => {
    if (await deed.run(() => dismissProposal(view.tenant.slug, one.account.id, one.callKey))) props.onChanged()
  }
  return (
    <>
      {deed.error && <Fault error={deed.error} what={m.rerate.dismissing} done />}
      <TableBox label={m.rerate.proposals} keys>
        <table class="t">
          <thead>
            <tr>
              <th>{m.rerate.account}</th>
              <th class="wide">{m.rerate.invoice}</th>
              <th class="n wide">{m.rerate.charged}</th>
              <th class="n wide">{m.rerate.wouldBe}</th>
              <th class="n">{m.rerate.difference}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {proposals.map((one) => {
              const symbol = currencySymbol(one.currency)
              return (
                <tr>
                  <td class="any">
                    {one.account.name || one.account.code}
                    <span class="sub">
                      <a class="link" href={linkTo(view, `/calls/${one.callKey}`)} data-row>
                        {m.rerate.openCall}
                      </a>{' '}
                      {when('date', view.zone, one.proposedAt)}
                    </span>
                  </td>
                  <td class="wide nw">
                    <a href={linkTo(view, `/invoices/${one.invoice.id}`)}>{one.invoice.number}</a>
                  </td>
                  <td class="n wide muted">
                    <Money amount={one.charged} symbol={symbol} places="stored" />
                  </td>
                  <td class="n wide">
                    <Money amount={one.wouldBe} symbol={symbol} places="stored" />
                  </td>
                  <td class="n">
                    <Money amount={one.difference} symbol={symbol} places="stored" plain />
                  </td>
                  <td class="n">
                    {mayWrite(view.tenant) && (
                      <button type="button" class="link" disabled={deed.busy} onClick={() => void dismiss(one)}>
                        {m.rerate.dismiss}
                      </button>
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </TableBox>
    </>
  )
}
