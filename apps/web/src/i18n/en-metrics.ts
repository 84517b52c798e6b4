// Every metric in English, once: its name, what it says, and its formula. `v` gives the shown value of a metric of the
// same row, so that a formula stands with its actual numbers.

type Values = (metric: string) => string

const percentile = (of: string, p: number, about: string) => ({
  name: `${of} p${p}`,
  about: `${p}% of ${about} took this long or less (nearest rank).`,
  f: (v: Values) => `${v('self')} over ${v('calls')} calls`,
})
const talk = (p: number) => percentile('Talk', p, 'answered calls')
const wait = (p: number) => percentile('Wait', p, 'calls that waited')
const answer = (p: number) => percentile('To answer', p, 'answered calls')

export const enMetrics = {
  calls: {
    name: 'Calls',
    about: 'Conversations that began in this range, one each however many CDR rows they have.',
    f: (v: Values) => `${v('calls')} calls`,
  },
  legs: { name: 'CDR rows', about: 'Rows as Asterisk wrote them.', f: (v: Values) => `${v('legs')} rows` },
  attempts: {
    name: 'Attempts',
    about: 'Tries towards a trunk or a phone.',
    f: (v: Values) => `${v('attempts')} tries`,
  },
  answered: {
    name: 'Answered',
    about: 'Calls a person answered.',
    f: (v: Values) => `${v('answered')} of ${v('calls')}`,
  },
  missed: {
    name: 'Missed',
    about: 'Inbound calls that no person answered.',
    f: (v: Values) => `${v('missed')} of ${v('calls')} calls`,
  },
  unrated: {
    name: 'Unrated',
    about: 'Calls that should cost something and have no price yet.',
    f: (v: Values) => `${v('unrated')} of ${v('calls')} calls`,
  },
  seizures: {
    name: 'Seizures',
    about: 'Times a channel of a trunk was taken. A call tried over two carriers has two.',
    f: (v: Values) => `${v('seizures')} seizures`,
  },
  asr: {
    name: 'ASR',
    about:
      'Answer-seizure ratio, customer scope: one result per call, a ring group or a failed-over route counts once.',
    f: (v: Values) => `100 × ${v('answered')} answered ÷ ${v('calls')} calls = ${v('asr')}%`,
  },
  asr_carrier: {
    name: 'ASR, carrier',
    about: 'Answer-seizure ratio, carrier scope: every seizure of a trunk counts, also those of a call tried again.',
    f: (v: Values) => `100 × ${v('seized_answered')} answered ÷ ${v('seizures')} seizures = ${v('asr_carrier')}%`,
  },
  ner: {
    name: 'NER',
    about:
      'Network effectiveness ratio: answered, busy, no answer and rejected count as delivered. Approximate where no hangup cause was recorded.',
    f: (v: Values) => `${v('ner')}% of ${v('calls')} calls`,
  },
  time_to_answer: {
    name: 'Time to answer',
    about: 'From the start of a call to its answer, the mean of answered calls.',
    f: (v: Values) => `Σ (answer − start) ÷ ${v('answered')} answered = ${v('time_to_answer')}`,
  },
  ring_time: {
    name: 'Ringing',
    about: 'The mean of all calls, those too that nobody took.',
    f: (v: Values) => `Σ ringing ÷ ${v('calls')} calls = ${v('ring_time')}`,
  },
  wait_time: {
    name: 'Wait in queues',
    about: 'The mean of calls that waited in a queue.',
    f: (v: Values) => `Σ wait ÷ calls that waited = ${v('wait_time')}`,
  },
  return_rate: {
    name: 'Returned',
    about: 'Of callers whose inbound calls nobody took: those spoken with within 24 hours, either way.',
    f: (v: Values) => `100 × callers spoken with ÷ callers of ${v('missed')} missed calls = ${v('return_rate')} %`,
  },
  peak_concurrent: {
    name: 'Calls at once',
    about: 'The most calls that went on at one instant, ringing included; those too that had begun before.',
    f: (v: Values) => `the highest instant: ${v('peak_concurrent')}`,
  },
  erlang: {
    name: 'Traffic',
    about:
      'The mean number of calls that went on at once, ringing included. A call counts with its time within the range.',
    f: (v: Values) => `Σ time of calls ÷ length of the range = ${v('erlang')} E`,
  },
  busy_erlang: {
    name: 'Busy hour',
    about: 'The traffic of the hour of the clock that carried most.',
    f: (v: Values) => `the busiest hour: Σ time of calls in it ÷ 1 hour = ${v('busy_erlang')} E`,
  },
  channels_needed: {
    name: 'Channels needed',
    about: 'By Erlang B: so many that at most one call in a hundred of the busy hour would find none free.',
    f: (v: Values) => `fewest channels with blocking ≤ 1 % of ${v('busy_erlang')} E = ${v('channels_needed')}`,
  },
  cps: {
    name: 'Calls a second',
    about: 'The most calls that began within one second.',
    f: (v: Values) => `the busiest second: ${v('cps')}`,
  },
  program: {
    name: 'By a program',
    about: 'Only an IVR, a queue or voicemail answered.',
    f: (v: Values) => `${v('program')} of ${v('calls')} calls`,
  },
  markup_pct: {
    name: 'Markup',
    about: 'Margin as a share of cost.',
    f: (v: Values) => `100 × ${v('margin')} ÷ ${v('cost')} = ${v('markup_pct')} %`,
  },
  acd: {
    name: 'ACD',
    about: 'Average call duration: talk time over answered calls. Ringing is not in it.',
    f: (v: Values) => `${v('minutes')} min ÷ ${v('answered')} answered = ${v('acd')}`,
  },
  minutes: {
    name: 'Talked',
    about: 'Time in which two parties talked. Ringing is not in it.',
    f: (v: Values) => `${v('minutes')} min`,
  },
  short_calls: {
    name: 'Short calls',
    about: 'Answered, and over within 10 seconds of talk.',
    f: (v: Values) => `${v('short_calls')} of ${v('answered')} answered`,
  },
  short_pct: {
    name: 'Short',
    about: 'Answered calls that were over within 10 seconds of talk. Many point to dead audio or false answer.',
    f: (v: Values) => `100 × ${v('short_calls')} short ÷ ${v('answered')} answered = ${v('short_pct')}%`,
  },
  talk_p50: talk(50),
  talk_p90: talk(90),
  talk_p95: talk(95),
  talk_p99: talk(99),
  wait_p50: wait(50),
  wait_p90: wait(90),
  wait_p95: wait(95),
  wait_p99: wait(99),
  tta_p50: answer(50),
  tta_p90: answer(90),
  tta_p95: answer(95),
  tta_p99: answer(99),
  revenue: {
    name: 'Revenue',
    about: 'What accounts were charged for calls that began in this range, reversals included.',
    f: (v: Values) => `${v('revenue')} for ${v('calls')} calls`,
  },
  cost: {
    name: 'Cost',
    about: 'What carriers charge for the same calls, by their buy decks.',
    f: (v: Values) => `${v('cost')} for ${v('calls')} calls`,
  },
  margin: {
    name: 'Margin',
    about: 'Charged to accounts less bought from carriers. Unrated calls count on neither side.',
    f: (v: Values) => `${v('revenue')} − ${v('cost')} = ${v('margin')}`,
  },
  margin_pct: {
    name: 'Margin',
    about: 'Margin as a share of revenue.',
    f: (v: Values) => `100 × ${v('margin')} ÷ ${v('revenue')} = ${v('margin_pct')}%`,
  },
  arpm: {
    name: 'Per minute',
    about: 'Average revenue per billed minute (ARPM): minutes after first block and increment.',
    f: (v: Values) => `${v('revenue')} ÷ ${v('billed_minutes')} billed min = ${v('arpm')}`,
  },
  billed_minutes: {
    name: 'Billed',
    about: 'Minutes after first block and increment, sell side.',
    f: (v: Values) => `${v('billed_minutes')} min`,
  },
  seized_answered: {
    name: 'Seizures answered',
    about: 'Seizures of a trunk that were answered.',
    f: (v: Values) => `${v('seized_answered')} of ${v('seizures')}`,
  },
}
