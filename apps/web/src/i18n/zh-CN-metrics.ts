// 指标的中文名称、含义与公式，各一次。Keys as in en-metrics.ts.

import type { enMetrics } from './en-metrics.ts'

type Values = (metric: string) => string

const percentile = (of: string, p: number, about: string) => ({
  name: `${of} p${p}`,
  about: `${p}% 的${about}不超过此时长（最近秩）。`,
  f: (v: Values) => `${v('self')}，共 ${v('calls')} 通`,
})
const talk = (p: number) => percentile('通话', p, '已接听通话')
const wait = (p: number) => percentile('等待', p, '有等待的通话')
const answer = (p: number) => percentile('接听', p, '已接听通话')

export const zhMetrics: typeof enMetrics = {
  calls: { name: '通话', about: '在此范围内开始的通话，无论有几段话单都只算一通。', f: (v) => `${v('calls')} 通` },
  legs: { name: '话单', about: 'Asterisk 写下的原始话单。', f: (v) => `${v('legs')} 条` },
  attempts: { name: '尝试', about: '对中继或话机的呼叫尝试。', f: (v) => `${v('attempts')} 次` },
  answered: { name: '已接听', about: '由人接听的通话。', f: (v) => `${v('calls')} 通中 ${v('answered')} 通` },
  missed: { name: '未接', about: '无人接听的呼入通话。', f: (v) => `${v('calls')} 通中 ${v('missed')} 通` },
  unrated: { name: '未计费', about: '应计费但尚无价格的通话。', f: (v) => `${v('calls')} 通中 ${v('unrated')} 通` },
  seizures: {
    name: '占用',
    about: '中继通道被占用的次数；经两家承运商尝试的通话算两次。',
    f: (v) => `${v('seizures')} 次`,
  },
  asr: {
    name: '接通率',
    about: '接通率（ASR），客户口径：每通只算一个结果，振铃组或换路重试只算一次。',
    f: (v) => `100 × ${v('answered')} 已接听 ÷ ${v('calls')} 通 = ${v('asr')}%`,
  },
  asr_carrier: {
    name: '接通率（承运商）',
    about: '接通率（ASR），承运商口径：每次占用中继都计入，包括重试。',
    f: (v) => `100 × ${v('seized_answered')} 已接听 ÷ ${v('seizures')} 次占用 = ${v('asr_carrier')}%`,
  },
  ner: {
    name: '网络有效率',
    about: '网络有效率（NER）：已接听、占线、无应答与拒接均视为送达。没有挂断原因时为近似值。',
    f: (v) => `${v('calls')} 通中的 ${v('ner')}%`,
  },
  time_to_answer: {
    name: '应答时间',
    about: '从呼叫开始到接听，已接听通话的平均值。',
    f: (v) => `Σ（接听 − 开始）÷ ${v('answered')} 通已接听 = ${v('time_to_answer')}`,
  },
  ring_time: {
    name: '振铃',
    about: '所有通话的平均值，包括无人接听的。',
    f: (v) => `Σ 振铃 ÷ ${v('calls')} 通 = ${v('ring_time')}`,
  },
  wait_time: {
    name: '排队等待',
    about: '在队列中等待过的通话的平均值。',
    f: (v) => `Σ 等待 ÷ 等待过的通话 = ${v('wait_time')}`,
  },
  return_rate: {
    name: '已回复',
    about: '呼入无人接听的来电者中，24 小时内通过话的比例，不论由谁打出。',
    f: (v) => `100 × 已通话来电者 ÷ ${v('missed')} 通未接的来电者 = ${v('return_rate')} %`,
  },
  peak_concurrent: {
    name: '同时通话数',
    about: '同一时刻进行中的最多通话数，含振铃，也含此前已开始的通话。',
    f: (v) => `最高的一刻：${v('peak_concurrent')}`,
  },
  erlang: {
    name: '话务量',
    about: '同时进行的通话的平均数，含振铃。通话只计其在所选时段内的时间。',
    f: (v) => `Σ 通话占用时间 ÷ 时段长度 = ${v('erlang')} E`,
  },
  busy_erlang: {
    name: '忙时话务量',
    about: '承载最多的那个整点小时的话务量。',
    f: (v) => `最忙的一小时：Σ 其中的通话时间 ÷ 1 小时 = ${v('busy_erlang')} E`,
  },
  channels_needed: {
    name: '所需通道',
    about: '按 Erlang B：忙时每一百通呼叫至多一通找不到空闲通道所需的通道数。',
    f: (v) => `${v('busy_erlang')} E 时阻塞率 ≤ 1 % 的最少通道数 = ${v('channels_needed')}`,
  },
  cps: {
    name: '每秒呼叫',
    about: '同一秒内开始的最多呼叫数。',
    f: (v) => `最忙的一秒：${v('cps')}`,
  },
  program: {
    name: '程序应答',
    about: '仅由 IVR、队列或语音信箱应答。',
    f: (v) => `${v('calls')} 通中的 ${v('program')} 通`,
  },
  markup_pct: {
    name: '加价率',
    about: '毛利占成本的比例。',
    f: (v) => `100 × ${v('margin')} ÷ ${v('cost')} = ${v('markup_pct')} %`,
  },
  acd: {
    name: '平均通话',
    about: '平均通话时长（ACD）：通话时长 ÷ 已接听通话，不含振铃。',
    f: (v) => `${v('minutes')} 分钟 ÷ ${v('answered')} 通已接听 = ${v('acd')}`,
  },
  minutes: { name: '通话时长', about: '双方通话的时间，不含振铃。', f: (v) => `${v('minutes')} 分钟` },
  short_calls: {
    name: '短通话',
    about: '已接听，但通话不足 10 秒。',
    f: (v) => `${v('answered')} 通已接听中 ${v('short_calls')} 通`,
  },
  short_pct: {
    name: '短通话',
    about: '通话不足 10 秒的已接听通话占比；过多可能是无声或虚假应答。',
    f: (v) => `100 × ${v('short_calls')} ÷ ${v('answered')} 通已接听 = ${v('short_pct')}%`,
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
    name: '收入',
    about: '向账户收取的费用，含冲销，按通话开始时间计。',
    f: (v) => `${v('calls')} 通共 ${v('revenue')}`,
  },
  cost: { name: '成本', about: '同一批通话按买入费率应付承运商的费用。', f: (v) => `${v('calls')} 通共 ${v('cost')}` },
  margin: {
    name: '毛利',
    about: '向账户收取减去付给承运商；未计费通话两边都不计。',
    f: (v) => `${v('revenue')} − ${v('cost')} = ${v('margin')}`,
  },
  margin_pct: {
    name: '毛利率',
    about: '毛利占收入之比。',
    f: (v) => `100 × ${v('margin')} ÷ ${v('revenue')} = ${v('margin_pct')}%`,
  },
  arpm: {
    name: '每分钟',
    about: '每计费分钟平均收入（ARPM），按首段与计费单位取整后的分钟。',
    f: (v) => `${v('revenue')} ÷ ${v('billed_minutes')} 计费分钟 = ${v('arpm')}`,
  },
  billed_minutes: {
    name: '计费分钟',
    about: '按首段与计费单位取整后的分钟（卖出侧）。',
    f: (v) => `${v('billed_minutes')} 分钟`,
  },
  seized_answered: {
    name: '接通占用',
    about: '得到应答的中继占用。',
    f: (v) => `${v('seizures')} 次中 ${v('seized_answered')} 次`,
  },
}
