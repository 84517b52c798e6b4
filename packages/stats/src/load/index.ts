// The door to load: occupancy of channels and the channels a trunk needs.

export { blocking, channelsNeeded, offeredFromCarried } from './erlang-b.ts'
export { type Interval, type Occupancy, occupancy } from './occupancy.ts'
export { type LoadQuery, parseLoadQuery } from './parse-load.ts'
export { queryLoad } from './query-load.ts'
export { rollUpLoad } from './rollup-load.ts'
export type { BusyHourAt, LoadFigures, LoadPoint, TrunkFigures, TrunkLoad } from './trunk-load.ts'
