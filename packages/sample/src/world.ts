// Who lives in the sample: the tenant, its carriers and trunks, the accounts with their phones and numbers.
// All invented; where a name or a number is taken by somebody, that is chance.

export const SAMPLE_SLUG = 'sample'
export const SAMPLE_NAME = 'Northpier (sample)'
export const SAMPLE_ZONE = 'Europe/Dublin'
export const SAMPLE_CURRENCY = 'EUR'
export const SAMPLE_SOURCE = 'northpier-pbx'

/** How Northpier dials: from Ireland, 00 abroad, 0 inland. */
export const SAMPLE_PLAN = { countryCode: '353', nationalPrefix: '0', internationalPrefixes: ['00'] } as const

/** What stands on top of its invoices. */
export const SAMPLE_LEGAL = {
  address: ['Northpier Communications', '4 Lamp Quay', 'Dublin 0', 'Ireland'],
  taxId: 'IE0000000NP',
  taxRate: '0.23',
  iban: 'IE00 NPIE 0000 0000 0000 00',
} as const

/** The order of `buy` prices in the list of destinations. */
export const CARRIERS = ['Northlink Carrier Services', 'Vale Telecom', 'Meridian Voice'] as const

export type SampleTrunk = {
  readonly name: string
  readonly peer: string
  /** Index into CARRIERS. */
  readonly carrier: number
  /** Channels. */
  readonly capacity: number
}

export const TRUNKS: readonly SampleTrunk[] = [
  { name: 'Northlink Dublin', peer: 'PJSIP/northlink', carrier: 0, capacity: 60 },
  { name: 'Northlink Cork', peer: 'PJSIP/northlink-cork', carrier: 0, capacity: 30 },
  { name: 'Vale', peer: 'PJSIP/vale', carrier: 1, capacity: 30 },
  { name: 'Meridian', peer: 'PJSIP/meridian', carrier: 2, capacity: 30 },
]

export type SampleAccount = {
  readonly code: string
  readonly name: string
  readonly locale: 'en' | 'zh-CN'
  readonly email: string
  readonly address: string
  /** Share of all calls. */
  readonly weight: number
  /** 'office' has phones on our PBX, 'trunk' a PBX of its own behind ours. */
  readonly kind: 'office' | 'trunk'
  /** Extensions, or the peer of the customer's PBX. */
  readonly phones: readonly string[]
  readonly people: readonly string[]
  /** Numbers of its own as the carrier sends them: national, with the 0. */
  readonly dids: readonly string[]
  /** Destinations that this account calls more than others do, by the beginning of their names. */
  readonly likes: readonly string[]
}

/** name | locale | kind | weight | phones | people | likes | street */
const ACCOUNTS_TABLE = `
Harbour & Finch Insurance|en|office|9|4|Aoife Brannigan, Declan Foy, Maeve Tully, Ronan Keogh|United Kingdom|12 Ropewalk
Kestrel Freight|en|office|8|4|Siobhan Lacey, Piotr Wilk, Dara Quill, Hanne Vos|Netherlands, Germany, Poland|North Wall 3
Brightwell Dental|en|office|5|3|Reception, Surgery 1, Dr Orla Nash|Ireland|31 Abbey Green
Osprey Legal|en|office|6|3|Fiona Carberry, Hugh Dempsey, Front desk|United Kingdom, United States|7 Chancery Mews
Tidewater Hotels|en|office|8|4|Reception, Reservations, Night porter, Concierge|Germany, France, United States|1 Strand Road
Marlow Analytics|en|office|4|3|Ines Moreau, Tom Alder, Wei Sun|United States, India|Unit 9, Mill Lane
Green Acre Foods|en|office|5|3|Sales, Dispatch, Niall Hearn|Ireland, Spain|Acre House, Naas Road
Copperline Energy|en|office|6|3|Service desk, Field team, Grace Oduya|Ireland, Nigeria|22 Copper Row
Lindqvist Interiors|en|office|3|3|Elsa Lindqvist, Showroom, Workshop|Sweden, Denmark, Norway|5 Linen Yard
Sundial Travel|en|office|6|3|Bookings, Groups, Paula Reis|Spain, Portugal, Italy|48 Sundial Street
Atlas Language School|en|office|4|3|Office, Admissions, Marco Benetti|Brazil, Italy, Japan|16 Atlas Court
Fairwind Shipping|en|office|5|3|Operations, Chartering, Kofi Mensah|Singapore, Philippines, United Arab Emirates|Pier 4
Hollow Oak Brewery|en|office|3|3|Brewhouse, Orders, Cormac Daly|Ireland, Belgium|Oak Lane
Redmond Motors|en|office|5|3|Sales floor, Parts, Service|Ireland, Germany|90 Long Mile
Linnet Care|en|office|4|3|Care line, Rota, Ann Geraghty|Ireland, Philippines|2 Linnet Close
恒川贸易（都柏林）有限公司|zh-CN|office|6|3|李静, 王磊, 前台|China, Hong Kong|17 Capel Arcade
云帆国际物流|zh-CN|office|5|3|陈航, 调度, 赵敏|China, Singapore|Bonded Store 6
青石软件|zh-CN|office|4|3|周远, 支持, 林然|China, Japan|Level 2, Slate House
明岚旅行社|zh-CN|office|3|2|何苗, 订票|China, France|41 Market Arch
东篱茶业|zh-CN|office|3|2|吴桐, 仓库|China, Hong Kong, United Kingdom|Tea Loft, Dock 2
Voxhaven Telecom|en|trunk|14|voxhaven||United Kingdom, Ireland|Exchange House
Brambleline|en|trunk|10|brambleline||Ireland, Poland, Ukraine|8 Bramble Park
Calloway Contact Centres|en|trunk|12|calloway||United Kingdom, United States, Canada|Campus East
Santiago Cane Imports|en|trunk|4|santiago||Cuba, Jamaica, Spain|Rum Store 1
`

export const ACCOUNTS: readonly SampleAccount[] = accounts()

function accounts(): SampleAccount[] {
  let nextPhone = 201
  let nextDid = 0
  return ACCOUNTS_TABLE.trim()
    .split('\n')
    .map((line, i) => {
      const [name, locale, kind, weight, phones, people, likes, street] = line.split('|') as [
        string,
        'en' | 'zh-CN',
        'office' | 'trunk',
        string,
        string,
        string,
        string,
        string,
      ]
      const code = `NP-${1001 + i}`
      const numbers = (count: number, next: () => string) => Array.from({ length: count }, next)
      return {
        code,
        name,
        locale,
        kind,
        weight: Number(weight),
        email: `accounts@${code.toLowerCase()}.example`,
        address: `${street}\nDublin 0\nIreland`,
        phones: kind === 'trunk' ? [phones] : numbers(Number(phones), () => String(nextPhone++)),
        people: kind === 'trunk' ? [name] : people.split(', '),
        dids: numbers(i % 3 === 0 ? 2 : 1, () => `020913${String(100 + 7 * nextDid++).padStart(4, '0')}`),
        likes: likes.split(', '),
      }
    })
}
