// tollbook sample: the marked sample tenant, made and taken away whole.

import { eraseSample, loadSample, SAMPLE_SLUG, SAMPLE_STAGES } from '@tollbook/sample'
import type { Answer, Args, Command, DatabaseSurroundings } from '../command.ts'
import { progressOn } from '../progress.ts'
import { grouped } from '../text.ts'

export const sampleCreate: Command = {
  needs: 'database',
  help: `sample create makes the sample tenant: three months of invented calls, rated, rolled up and invoiced.

  tollbook sample create [--json]

Nothing happens when it is there; a creation that was cut off is finished.`,
  options: {},
  run: create,
}

export const sampleDelete: Command = {
  needs: 'database',
  help: `sample delete takes the sample tenant away with all its calls. Other tenants are not touched.

  tollbook sample delete [--json]`,
  options: {},
  run: erase,
}

async function create(_args: Args, { config, db, clock, err, tty }: DatabaseSurroundings): Promise<Answer> {
  const progress = progressOn(tty.err, (line) => err(`${line}\n`))
  const report = await loadSample(db, {
    clock,
    dataDir: config.dataDir,
    onProgress: ({ stage, fraction }) =>
      progress.show(stage, (SAMPLE_STAGES.indexOf(stage) + fraction) / SAMPLE_STAGES.length),
  })
  progress.end()
  const { loaded, legs, calls, rejected, invoices } = report
  const what = `${grouped(legs)} legs, ${grouped(calls)} calls, ${grouped(rejected)} rows set aside, ${invoices} invoices`
  const text = [
    `${loaded ? 'The sample is ready' : 'The sample was there already'}: ${what}.`,
    `Next: npm start, or: tollbook stats --tenant ${SAMPLE_SLUG} --from DATE --to DATE --by day`,
  ].join('\n')
  return { json: { tenant: SAMPLE_SLUG, loaded, legs, calls, rejected, invoices }, text }
}

async function erase(_args: Args, { db }: DatabaseSurroundings): Promise<Answer> {
  const deleted = await eraseSample(db)
  return { json: { deleted }, text: deleted ? 'The sample is deleted.' : 'There is no sample.' }
}
