// Plans: what accounts are sold, which of them is the default, and how many use each.

import type { PlanInfo } from '@tollbook/api/wire-tariffs'
import { listPlans, setDefaultPlan } from '../../api/tariff-routes.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { Dash } from '../../parts/figures.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Await, Empty, Fault, PageHead } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'

export function Plans() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const plans = useLoad(`plans/${slug}`, (signal) => listPlans(slug, signal))
  const toNew = mayWrite(view.tenant) && (
    <a class="btn go" href={linkTo(view, '/plans/new')}>
      <Icon name="plus" />
      {m.plans.new}
    </a>
  )
  return (
    <>
      <PageHead title={m.nav.plans} note={m.plans.hint}>
        {plans.data && plans.data.items.length > 0 && toNew}
      </PageHead>
      <Await of={plans} what={m.plans.reading} height={300}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="layers" title={m.plans.empty} hint={m.plans.emptyHint}>
              {toNew}
            </Empty>
          ) : (
            <PlanTable view={view} plans={items} onChanged={plans.again} />
          )
        }
      </Await>
    </>
  )
}

function PlanTable({ view, plans, onChanged }: { view: View; plans: readonly PlanInfo[]; onChanged: () => void }) {
  const m = messages()
  const deed = useDeed()
  const makeDefault = async (planId: number) => {
    if (await deed.run(() => setDefaultPlan(view.tenant.slug, planId))) onChanged()
  }
  return (
    <>
      {deed.error && <Fault error={deed.error} what={m.plans.makeDefault} done />}
      <TableBox label={m.nav.plans} keys>
        <table class="t">
          <thead>
            <tr>
              <th>{m.plans.name}</th>
              <th class="wide">{m.plans.choice}</th>
              <th class="wide">{m.plans.decks}</th>
              <th class="wide">{m.plans.packages}</th>
              <th class="n wide">{m.plans.blocked}</th>
              <th class="n">{m.plans.accounts}</th>
              <th class="wide" />
            </tr>
          </thead>
          <tbody>
            {plans.map((plan) => (
              <tr>
                <td class="any">
                  <a href={linkTo(view, `/plans/${plan.id}`)} data-row class="mid">
                    {plan.name}
                  </a>
                  {plan.isDefault && <span class="tag ok">{m.plans.isDefault}</span>}
                  <span class="sub narrow">
                    {m.plans.choices[plan.choice]} · {deckNames(plan)}
                  </span>
                </td>
                <td class="wide">{m.plans.choices[plan.choice]}</td>
                <td class="wide any">{deckNames(plan) || <Dash />}</td>
                <td class="wide any">
                  {plan.packages.length === 0 ? <Dash /> : plan.packages.map((one) => one.name).join(m.rates.list)}
                </td>
                <td class="n wide">{plan.blocked.length === 0 ? <Dash /> : count(plan.blocked.length)}</td>
                <td class="n">{count(plan.accounts ?? 0)}</td>
                <td class="n wide">
                  {mayWrite(view.tenant) && (
                    <button
                      type="button"
                      class="link"
                      disabled={deed.busy}
                      onClick={() => void makeDefault(plan.isDefault ? 0 : plan.id)}
                    >
                      {plan.isDefault ? m.plans.noDefault : m.plans.makeDefault}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      <p class="hint under">{m.rates.defaultHint}</p>
    </>
  )
}

function deckNames(plan: PlanInfo): string {
  return plan.decks.map((one) => one.deck ?? String(one.deckId)).join(messages().rates.list)
}
