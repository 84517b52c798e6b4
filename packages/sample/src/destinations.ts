// Where the sample's people call, and what each place is sold and bought for. Prices are invented.
// Numbers come from ranges kept for fiction where a country has one (UK 020 7946 0xxx and 07700 900xxx, US and Canada
// 555-01xx, Ireland 020 91x, France 01 99 00 and 06 39 98, Germany 030 23125 and 0171 39200, Sweden 031 390 60,
// Australia 02 5550 and 0491 570); elsewhere the subscriber part begins with zeros, which no network assigns.

/** Price per minute in EUR as text; `buy` in the order of CARRIERS. */
export type SampleDestination = {
  readonly name: string
  readonly prefixes: readonly string[]
  /** E.164 digits, # = any digit. */
  readonly number: string
  /** How often it is called, relative to the others. */
  readonly weight: number
  readonly sell: string
  readonly buy: readonly [string, string, string]
  /** First block and increment, seconds. */
  readonly blocks: string
  /** Charged once an answered call, both sides, EUR as text. */
  readonly connectFee: string
}

/** name | prefixes | number | weight | sell | buy northlink, vale, meridian | first block/increment[|connection fee] */
const TABLE = `
Ireland, fixed|353|3532091#####|330|0.0120|0.0048 0.0052 0.0060|1/1
Ireland, mobile|35383 35385 35386 35387 35389|35387000####|300|0.0390|0.0215 0.0198 0.0240|1/1
United Kingdom, fixed|44|442079460###|250|0.0110|0.0046 0.0058 0.0049|1/1
United Kingdom, mobile|447|447700900###|150|0.0340|0.0187 0.0206 0.0193|1/1
United States|1|121255501##|110|0.0140|0.0062 0.0071 0.0058|60/60
Canada|1416 1514 1604|141655501##|26|0.0140|0.0064 0.0070 0.0061|60/60
Germany, fixed|49|493023125###|95|0.0130|0.0055 0.0049 0.0057|1/1
Germany, mobile|4915 4916 4917|4917139200##|50|0.0420|0.0226 0.0219 0.0250|60/1
France, fixed|33|331990000##|75|0.0130|0.0051 0.0049 0.0056|1/1
France, mobile|336 337|3363998####|42|0.0380|0.0204 0.0198 0.0211|60/1
Spain, fixed|34|349100000##|40|0.0140|0.0058 0.0061 0.0055|1/1
Spain, mobile|346 347|346000000##|26|0.0390|0.0209 0.0222 0.0203|60/1
Portugal, fixed|351|351210000###|16|0.0150|0.0064 0.0061 0.0070|1/1
Portugal, mobile|3519|351910000###|10|0.0440|0.0238 0.0229 0.0251|60/1
Italy, fixed|39|39060000####|22|0.0150|0.0063 0.0059 0.0066|1/1
Italy, mobile|393|393330000###|16|0.0460|0.0251 0.0244 0.0268|60/1
Netherlands, fixed|31|31200000###|40|0.0140|0.0056 0.0052 0.0059|1/1
Netherlands, mobile|316|31600000###|22|0.0410|0.0217 0.0212 0.0230|60/1
Belgium, fixed|32|3220000###|18|0.0160|0.0070 0.0066 0.0071|1/1
Belgium, mobile|324|32470000###|12|0.0520|0.0301 0.0288 0.0315|60/1
Switzerland, fixed|41|41440000###|18|0.0210|0.0104 0.0099 0.0112|60/60
Switzerland, mobile|417|41790000###|12|0.1450|0.0960 0.0917 0.1010|60/60|0.0200
Austria, fixed|43|4310000###|14|0.0190|0.0088 0.0084 0.0092|60/60
Austria, mobile|4366 4367 4368|43660000###|9|0.0590|0.0331 0.0318 0.0346|60/60
Poland, fixed|48|48220000###|24|0.0160|0.0071 0.0069 0.0078|1/1
Poland, mobile|485 486 487 488|48500000###|34|0.0460|0.0260 0.0248 0.0289|1/1
Sweden, fixed|46|46313906###|14|0.0140|0.0058 0.0061 0.0055|1/1
Sweden, mobile|467|467017406##|10|0.0390|0.0198 0.0207 0.0212|60/1
Denmark|45|4500000###|9|0.0170|0.0078 0.0081 0.0074|1/1
Norway|47|4700000###|8|0.0190|0.0086 0.0090 0.0083|1/1
China, fixed|86|862100000###|30|0.0270|0.0148 0.0161 0.0139|60/60
China, mobile|8613 8615 8617 8618|8613800000###|46|0.0290|0.0163 0.0172 0.0151|60/60
Hong Kong|852|8520000####|20|0.0310|0.0174 0.0169 0.0181|60/6
Singapore|65|650000####|9|0.0290|0.0155 0.0160 0.0149|60/6
India|91|9122000####|24|0.0330|0.0192 0.0201 0.0186|60/60
Australia, fixed|61|6125550####|14|0.0210|0.0101 0.0110 0.0096|60/6
Australia, mobile|614|61491570###|8|0.0560|0.0322 0.0341 0.0309|60/6
Japan|81|8130000####|7|0.0470|0.0266 0.0281 0.0259|60/6
United Arab Emirates|971|97140000###|10|0.2400|0.1710 0.1690 0.1735|60/60|0.0200
Philippines, mobile|639|639170000###|9|0.2050|0.1480 0.1520 0.1444|60/60
Nigeria|234|23410000###|6|0.1900|0.1310 0.1290 0.1365|60/60
Brazil|55|55110000####|8|0.0450|0.0239 0.0247 0.0231|60/6
Ukraine|380|380440000###|8|0.2300|0.1580 0.1610 0.1549|60/60
Jamaica|1876|187655501##|3|0.2350|0.1690 0.1725 0.1660|60/60
Cuba|53|5370000###|4|0.5900|0.7450 0.8120 0.7890|60/60|0.0200
`

export const DESTINATIONS: readonly SampleDestination[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const [name, prefixes, number, weight, sell, buy, blocks, connectFee] = line.split('|') as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string | undefined,
    ]
    const [north, vale, meridian] = buy.split(' ') as [string, string, string]
    return {
      name,
      prefixes: prefixes.split(' '),
      number,
      weight: Number(weight),
      sell,
      buy: [north, vale, meridian],
      blocks,
      connectFee: connectFee ?? '0',
    }
  })

/** Satellite numbers that no deck has a rate for: the sample's unrated destination. */
export const UNRATED: Pick<SampleDestination, 'number' | 'weight'> = { number: '8821650000###', weight: 3 }

/** Sold below cost from the beginning. */
export const UNPROFITABLE = 'Cuba'

/** Sold at a margin until its carrier raised the price three weeks before the end. */
export const RAISED = { name: 'Poland, mobile', carrier: 1, price: '0.0740', daysBeforeEnd: 21 } as const
