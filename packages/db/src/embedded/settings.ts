// Server settings measured for this product: much shared memory, few checkpoints, every commit on disk.

import { statfsSync } from 'node:fs'
import { totalmem } from 'node:os'

const MB = 1024 * 1024

/** Settings for a server whose cluster lies in `folder`, on this machine. All of them keep commits crash-safe. */
export function serverSettings(folder: string): Record<string, string> {
  const memory = totalmem() / MB
  const disk = statfsSync(folder)
  const freeMb = (disk.bavail * disk.bsize) / MB
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: `${Math.max(128, Math.min(2048, Math.floor(memory / 4)))}MB`,
    work_mem: memory < 4096 ? '16MB' : '64MB',
    maintenance_work_mem: memory < 4096 ? '128MB' : '1GB',
    max_wal_size: `${Math.max(1024, Math.min(8192, Math.floor(freeMb / 10)))}MB`,
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    enable_partitionwise_join: 'on',
    enable_partitionwise_aggregate: 'on',
    log_checkpoints: 'off',
    timezone: 'UTC',
  }
}
