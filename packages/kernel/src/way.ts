// The ways by which records of a switch reach us. The numbers are what the database keeps.

export const WAY = { live: 1, file: 2, table: 3, push: 4 } as const
export type Way = (typeof WAY)[keyof typeof WAY]
