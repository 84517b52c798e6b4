// The node-<platform> packages publish `os` and `cpu` as plain strings, which pnpm ignores:
// without this hook every platform's 150 MB runtime would be installed everywhere.
const list = (value) => (typeof value === 'string' ? [value] : value)

export const hooks = {
  readPackage(pkg) {
    if (/^node-(bin-)?(linux|darwin|win)-/.test(pkg.name ?? '')) {
      pkg.os = list(pkg.os)
      pkg.cpu = list(pkg.cpu)
    }
    return pkg
  },
}
