// The door to load: occupancy of channels and the channels a trunk needs.

export { blocking, channelsNeeded, offeredFromCarried } from './erlang-b.ts'
export { type Interval, type Occupancy, occupancy } from './occupancy.ts'
export { rollUpLoad } from './rollup-load.ts'
