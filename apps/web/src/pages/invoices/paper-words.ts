// The words on the paper itself, in the customer's language rather than the reader's. Short: both languages are here.

type PaperWords = {
  readonly invoice: string
  readonly to: string
  readonly account: string
  readonly due: string
  readonly calls: string
  readonly billed: string
  readonly hms: string
  readonly callsTotal: string
  readonly net: string
  readonly total: string
  readonly taxId: string
  taxAt(percent: string): string
  readonly foot: string
}

const english: PaperWords = {
  invoice: 'Invoice',
  to: 'To',
  account: 'Account',
  due: 'Due',
  calls: 'Calls',
  billed: 'Billed',
  hms: 'h:mm:ss',
  callsTotal: 'Calls',
  net: 'Net',
  total: 'Total',
  taxId: 'VAT',
  taxAt: (percent) => `VAT ${percent}%`,
  foot: 'Each line sums calls rounded one by one. Times are in the zone named above.',
}

const chinese: PaperWords = {
  invoice: '账单',
  to: '致',
  account: '账户',
  due: '应付日期',
  calls: '通话次数',
  billed: '计费时长',
  hms: '时:分:秒',
  callsTotal: '通话小计',
  net: '净额',
  total: '合计',
  taxId: '税号',
  taxAt: (percent) => `增值税 ${percent}%`,
  foot: '每行金额为逐通取整后的合计。时间以上方所示时区为准。',
}

export function paperWords(locale: string): PaperWords {
  return locale.startsWith('zh') ? chinese : english
}
