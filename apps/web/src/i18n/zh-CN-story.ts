// 简体中文：通话经过。Same keys as en-story.ts.

import { count } from '../format/number.ts'
import type { enStory } from './en-story.ts'

const cause = (n: number | undefined) => (n === undefined ? '' : `（原因码 ${n}）`)

export const zhStory: typeof enStory = {
  stop: '。',
  someone: '未知主叫',
  called: (from, to) => [from, ' 拨打 ', to],
  menu: (time) => ['，听语音菜单 ', time],
  queue: (name, time) => [`，在队列 ${name} 中等待 `, time],
  rang: (phones, time) => [phones > 1 ? `${count(phones)} 部话机振铃 ` : '振铃 ', time],
  busyToo: (n) => `；另有 ${count(n)} 部占线`,
  unreached: (n) => `；另有 ${count(n)} 部无法接通`,
  answered: (who, time) => ['', who, ' 接听，通话 ', time, '。'],
  passed: {
    blind: (by, to) => ['', by, ' 将通话转给 ', to],
    attended: (by, to) => ['', by, ' 先行咨询，再将通话转给 ', to],
    redirect: (by, to) => ['', by, ' 的通话被移至 ', to],
  },
  moved: (to) => ['通话被移至 ', to],
  talkedOn: (time) => ['，又通话 ', time, '。'],
  noPerson: '，那里无人接听。',
  also: (who, time) => ['之后与 ', who, ' 通话 ', time, '。'],
  parked: (time) => ['通话曾驻留 ', time, '。'],
  ended: {
    ivr_only: (time) => ['仅由程序应答，共 ', time, '。'],
    voicemail: (time) => ['仅由语音信箱应答，共 ', time, '。'],
    closed_hours: (time) => ['非营业时间：仅播放提示音，共 ', time, '。'],
    queue_abandoned: (time) => ['主叫在队列中等待 ', time, ' 后挂断。'],
    queue_timeout: (time) => ['主叫在队列中等待 ', time, '，直至队列超时。'],
    busy: (_time, n) => `线路占线${cause(n)}。`,
    no_answer: (_time, n) => `无人接听${cause(n)}。`,
    congestion: (_time, n) => `网络拥塞，无法接通${cause(n)}。`,
    cancelled: (time) => ['主叫等待 ', time, ' 后放弃。'],
    failed: (_time, n) => `呼叫失败${cause(n)}。`,
  },
}
