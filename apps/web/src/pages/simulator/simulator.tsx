// One question: what would this call cost, and why? The URL holds it, so that an answer can be sent to somebody.

import type { Simulation } from '@tollbook/api/wire-tariffs'
import { useRef } from 'preact/hooks'
import { simulate } from '../../api/tariff-routes.ts'
import { currencySymbol, moneyLine } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { phone } from '../../format/phone.ts'
import { messages } from '../../i18n/messages.ts'
import { CopyText } from '../../parts/copy-block.tsx'
import { Money } from '../../parts/figures.tsx'
import { Await, Empty, PageHead } from '../../parts/frame.tsx'
import { Trace, traceText } from '../../parts/trace.tsx'
import { useLoad } from '../../state/load.ts'
import { callsOf, linkTo, useView, type View } from '../../state/view.ts'
import { questionOf } from './question.ts'
import { QuestionForm } from './question-form.tsx'
import { HowLong, Routes, timeWords } from './talk-and-routes.tsx'

export function Simulator() {
  const view = useView()
  const m = messages()
  const question = questionOf(view.query, view.tenant.zone)
  const slug = view.tenant.slug
  const loaded = useLoad(JSON.stringify([slug, question]), (signal) =>
    question ? simulate(slug, question, signal) : Promise.resolve(undefined),
  )
  return (
    <>
      <PageHead title={m.nav.simulator} note={m.simulator.hint} />
      <QuestionForm key={JSON.stringify(question)} view={view} />
      {question ? (
        <Await of={loaded} what={m.simulator.working} height={420}>
          {(answer) => answer && <Answer view={view} answer={answer} />}
        </Await>
      ) : (
        <Empty icon="calculator" title={m.simulator.ask} hint={m.simulator.askHint} />
      )}
    </>
  )
}

function Answer({ view, answer }: { view: View; answer: Simulation }) {
  const m = messages()
  const table = useRef<HTMLTableElement>(null)
  const symbol = currencySymbol(answer.currency)
  const charged = answer.outcome === 'charged' && answer.amount !== null
  const title = charged ? moneyLine(answer.amount ?? '0', symbol, 'exact') : m.simulator.outcome[answer.outcome]
  const about = m.simulator.to(answer.destination, timeWords(answer.seconds))
  const copied = () => [title, about, traceText(table.current)].filter(Boolean).join('\n')
  return (
    <div class="cols side pad-top">
      <div class="answer">
        <p class="muted">
          {about}
          {answer.freeSeconds > 0 && `, ${m.simulator.free(count(answer.freeSeconds))}`}
        </p>
        {charged ? (
          <p class="impact">
            <Money amount={answer.amount ?? '0'} symbol={symbol} places="exact" />
          </p>
        ) : (
          <Outcome view={view} answer={answer} />
        )}
        {answer.trace.length > 0 && (
          <Trace
            view={view}
            steps={answer.trace}
            symbol={symbol}
            deck={{ id: answer.deckId, name: answer.deck, version: answer.deckVersion }}
            total={charged ? { words: m.simulator.charge, amount: answer.amount ?? '0' } : undefined}
            table={table}
          />
        )}
        <p class="row under">
          <CopyText icon="copy" text={copied}>
            {m.simulator.copyText}
          </CopyText>
          <CopyText icon="share-2" text={() => location.href}>
            {m.simulator.link}
          </CopyText>
        </p>
        {answer.digits !== '' && (
          <p class="under">
            <a class="link" href={callsOf(view, { q: answer.digits, range: view.query.range ?? '30d' })}>
              {m.simulator.call} {phone(`+${answer.digits}`)}
            </a>
          </p>
        )}
      </div>
      <div class="stack">
        {charged && <HowLong view={view} answer={answer} />}
        {(charged || answer.routes.length > 0) && <Routes answer={answer} />}
      </div>
    </div>
  )
}

/** No charge is an answer too: what it is called, what it means, and where to change it. */
function Outcome({ view, answer }: { view: View; answer: Simulation }) {
  const m = messages()
  const { outcome } = answer
  const toRates = answer.deckId > 0 ? `/rates/${answer.deckId}` : '/rates'
  const where: Record<Simulation['outcome'], string> = {
    charged: linkTo(view, '/rates'),
    'no-rate': linkTo(view, toRates, { q: answer.digits.slice(0, 3) }),
    blocked: linkTo(view, '/plans'),
    expired: linkTo(view, toRates, { q: answer.prefix || answer.digits.slice(0, 3) }),
    ambiguous: linkTo(view, toRates, { q: answer.prefix }),
    'no-deck': linkTo(view, answer.account ? `/accounts/${answer.account.id}` : '/rates'),
    'not-a-number': linkTo(view, '/settings'),
    'no-account': linkTo(view, '/accounts'),
  }
  return (
    <div class="outcome">
      <p class="impact warn">{m.simulator.outcome[outcome]}</p>
      <p class="note warn">
        {m.simulator.outcomeHint[outcome]}{' '}
        <a class="link" href={where[outcome]}>
          {m.simulator.toDo[outcome]}
        </a>
      </p>
    </div>
  )
}
