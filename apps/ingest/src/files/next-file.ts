// Which file comes after one that was read to its end: those a rotation made meanwhile, by their last change, and at last
// the one that bears the name.

import type { FileMark } from './file-position.ts'
import { type FoundFile, findMarked } from './find-files.ts'

/** The oldest file changed after that moment which is not the one of this mark; undefined when there is none yet. */
export async function nextFile(
  files: readonly FoundFile[],
  path: string,
  { afterMs, mark }: { readonly afterMs: number; readonly mark: FileMark },
): Promise<FoundFile | undefined> {
  const names = new Set(files.map((file) => file.path))
  for (const file of files) {
    if (file.path === path || file.changedMs <= afterMs) continue
    // gzip is at work: the plain file is the one.
    if (file.path.endsWith('.gz') && names.has(file.path.slice(0, -3))) continue
    // Not by the inode alone: that of a file which was packed and removed is soon another's.
    if (await findMarked([file], mark)) continue
    return file
  }
  return files.find((file) => file.path === path)
}
