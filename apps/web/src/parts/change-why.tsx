// A change against the compared period that tells its formula; what came from nothing or went to it is said in words.

import { change, count } from '../format/number.ts'
import { spanText } from '../format/time.ts'
import { messages } from '../i18n/messages.ts'
import type { View } from '../state/view.ts'
import { FigureTold } from './figure-why.tsx'
import { Delta } from './figures.tsx'

export function ChangeWhy(props: {
  view: View
  now: number
  before: number
  href: string | null
  scope: string
  good?: 'up' | 'down' | 'none'
}) {
  const { view, now, before } = props
  const m = messages()
  const by = change(now, before)
  const formula =
    by === null
      ? m.analyse.fromNone(count(now))
      : now === 0
        ? m.analyse.toNone(count(before))
        : m.analyse.changeF(count(now), count(before), signed(by))
  const about = view.before
    ? m.analyse.changeOf(spanText(view.zone, view.before.fromMs, view.before.toMs))
    : m.analyse.movedHint
  return (
    <FigureTold view={view} href={props.href} scope={props.scope} told={{ name: m.overview.change, formula, about }}>
      {by === null && now > 0 ? (
        m.analyse.movedNew
      ) : now === 0 && before > 0 ? (
        m.analyse.movedGone
      ) : (
        <Delta by={by} {...(props.good ? { good: props.good } : {})} />
      )}
    </FigureTold>
  )
}

function signed(by: number): string {
  return `${by < 0 ? '−' : '+'}${count(Math.abs(by), 1)}`
}
