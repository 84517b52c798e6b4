// A call told in a few plain sentences, in the language of the reader. Pure: a story and the words go in, what is to be
// drawn comes out. How a name, a number or a duration looks is the caller's.

import type { StoryInfo } from '@tollbook/api/wire-story'
import type { ComponentChildren as Kids } from 'preact'
import type { Messages } from '../../i18n/en.ts'
import { type Named, type StoryStep, storySteps } from './story-steps.ts'

export type StoryWords = Messages['call']['story']
export type Looks = {
  /** A party by name, its number beside it. */
  readonly who: (named: Named) => Kids
  /** A party that was named before. */
  readonly again: (named: Named) => Kids
  readonly number: (number: string) => Kids
  readonly time: (seconds: number) => Kids
}

export function storySentence(story: StoryInfo, words: StoryWords, looks: Looks): Kids[] {
  const steps = storySteps(story)
  const opens = (step: StoryStep) => step.kind === 'called' || step.kind === 'menu' || step.kind === 'queue'
  const told = (wanted: boolean) =>
    steps.filter((step) => opens(step) === wanted).map((step) => tell(step, words, looks))
  return [...told(true), words.stop, ...told(false)]
}

function tell(step: StoryStep, words: StoryWords, { who, again, number, time }: Looks): Kids {
  switch (step.kind) {
    case 'called':
      return words.called(step.caller.name === '' ? words.someone : who(step.caller), number(step.dialled))
    case 'menu':
      return words.menu(time(step.seconds))
    case 'queue':
      return words.queue(step.name, time(step.seconds))
    case 'rang':
      return [
        words.rang(step.phones, time(step.seconds)),
        step.busy > 0 ? words.busyToo(step.busy) : null,
        step.unreached > 0 ? words.unreached(step.unreached) : null,
        words.stop,
      ]
    case 'answered':
      return words.answered(who(step.who), time(step.seconds))
    case 'transferred': {
      const passed = step.by ? words.passed[step.how](again(step.by), number(step.to)) : words.moved(number(step.to))
      return [passed, step.seconds === undefined ? words.noPerson : words.talkedOn(time(step.seconds))]
    }
    case 'also':
      return words.also(who(step.who), time(step.seconds))
    case 'parked':
      return words.parked(time(step.seconds))
    case 'ended':
      return words.ended[step.ending](time(step.seconds), step.cause)
  }
}
