// Lucide icons, inlined at build; only those named here are bundled (about 0.15 kB gzip each).

const files = import.meta.glob<string>(
  '../../node_modules/lucide-static/icons/{arrow-down,arrow-left,arrow-right,arrow-up,book-open,calculator,calendar-days,chart-column,chart-line,check,coins,gauge,globe,chevron-down,chevron-right,circle-alert,circle-check,copy,download,ellipsis,file-up,git-compare,heart-pulse,history,image-down,languages,layers,layout-dashboard,log-out,network,pencil,phone,phone-incoming,plug,plus,printer,cable,radar,radio,receipt,refresh-cw,rotate-ccw,route,search,settings,share-2,sun-moon,table-2,tags,trash-2,trending-down,triangle-alert,upload,users,x}.svg',
  { query: '?raw', import: 'default', eager: true },
)

const bodies: Record<string, string> = {}
for (const [file, svg] of Object.entries(files)) {
  const name = file.slice(file.lastIndexOf('/') + 1, -4)
  bodies[name] = svg.replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, '')
}

/** Decorative unless it has a label. */
export function Icon({ name, label }: { name: string; label?: string }) {
  const a11y = label ? { role: 'img' as const, 'aria-label': label } : { 'aria-hidden': true as const }
  return (
    <svg
      class="i"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...a11y}
      dangerouslySetInnerHTML={{ __html: bodies[name] ?? '' }}
    />
  )
}

export function Mark() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <path class="mark-paper" d="M3 2h16v4.2a2.2 2.2 0 0 0 0 4.4V20H3v-9.4a2.2 2.2 0 0 0 0-4.4z" />
      <path class="mark-lines" d="M7 8.4h8M7 12h8M7 15.6h5" />
    </svg>
  )
}
